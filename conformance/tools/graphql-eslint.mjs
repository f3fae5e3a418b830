import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { root, tell } from '../kit.mjs'

const overrideConfigFile = fileURLToPath(new URL('eslint.config.mjs', import.meta.url))
const eslint = new ESLint({ cwd: root, overrideConfigFile })

const { rules } = await eslint.calculateConfigForFile('schema.graphql')
const enabled = Object.keys(rules).filter((name) => ![0, 'off'].includes([rules[name]].flat()[0]))
const [{ messages }] = await eslint.lintFiles('schema.graphql')
const broken = new Set(messages.map(({ ruleId }) => ruleId))
const failures = messages.map(({ line, ruleId, message }) => `  ${line} ${ruleId}\n    ${message}`)
const held = messages.length ? Math.min(enabled.length - broken.size, enabled.length - 1) : enabled.length
tell('graphql-eslint', held, enabled.length, failures)
