import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openConversation, root, tell } from '../kit.mjs'

const run = promisify(execFile)
const cwd = join(root, 'examples/typescript')
const count = (report, what) => Number(report.match(new RegExp(`^# ${what} (\\d+)$`, 'm'))?.[1] ?? 0)

const agent = async (...words) => (await run(process.execPath, ['dist/agent.js', ...words], { cwd })).stdout

/** Goes through the commands of the README. */
async function command() {
  const id = await openConversation()
  const listed = await agent('lin', 'list')
  assert(listed.includes(id), listed)
  const [wang] = (await agent('lin', 'find', id, 'Wang Zhiyuan')).split('\n').filter((line) => line.includes('can be invited'))
  assert.match(await agent('lin', 'invite', id, wang.split(' ')[0], 'Orders fail with 502.'), / PENDING$/m)
  assert((await agent('wang', 'accept')).includes(id))
  assert.match(await agent('wang', 'note', id, 'Look at the gateway.'), /^posted /)
}

async function tests() {
  const words = ['--test-reporter=tap', 'dist/test/resume.test.js']
  const { stdout } = await run(process.execPath, words, { cwd, timeout: 240_000 }).catch((failed) => failed)
  return { held: count(stdout, 'pass'), total: count(stdout, 'tests'), report: stdout }
}

const name = 'typescript example'
try {
  await run('npm', ['run', '--silent', 'build'], { cwd })
  await command()
  const { held, total, report } = await tests()
  tell(name, held + 1, total + 1, held === total ? [] : [report])
} catch (problem) {
  tell(name, 0, 1, [problem.stack, problem.stdout, problem.stderr])
}
process.exit()
