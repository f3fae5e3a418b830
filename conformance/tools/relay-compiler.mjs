import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildSchema, getNamedType, isLeafType, isObjectType } from 'graphql'
import { root, tell } from '../kit.mjs'

const compiler = createRequire(import.meta.url)('relay-compiler')
const CONFIG = {
  src: '.',
  schema: 'schema.graphql',
  language: 'typescript',
  eagerEsModules: true,
  artifactDirectory: '__generated__',
  customScalarTypes: { Cursor: 'string', DateTime: 'string' },
  requireCustomScalarTypes: true,
}

const isConnection = (field) => getNamedType(field.type).name.endsWith('Connection')
const pascal = (name) => name[0].toUpperCase() + name.slice(1)

/** Every node is refetched by its id. */
function nodeFragment({ name }, fields) {
  const leaves = fields.filter((field) => isLeafType(getNamedType(field.type))).map((field) => field.name)
  return `
    fragment documents${name} on ${name} @refetchable(queryName: "documents${name}RefetchQuery") {
      ${leaves.join(' ')}
    }`
}

/** Every connection is paged through, and refetched where Relay can. */
function connectionFragment(type, field, refetchable) {
  const name = `documents${type.name}${pascal(field.name)}`
  return `
    fragment ${name} on ${type.name}
    @argumentDefinitions(first: { type: "Int", defaultValue: 10 }, after: { type: "Cursor" })
    ${refetchable ? `@refetchable(queryName: "${name}PageQuery")` : ''} {
      ${field.name}(first: $first, after: $after) @connection(key: "${name}_${field.name}") {
        edges { node { __typename } }
      }
    }`
}

function documents(schema) {
  const node = schema.getType('Node')
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  return types.flatMap((type) => {
    const fields = Object.values(type.getFields())
    const isNode = type.getInterfaces().includes(node)
    const paged = fields
      .filter((field) => isConnection(field))
      .map((field) => connectionFragment(type, field, isNode || type === schema.getQueryType()))
    return isNode ? [nodeFragment(type, fields), ...paged] : paged
  })
}

const folder = await mkdtemp(join(tmpdir(), 'huddle-relay-'))
try {
  const schema = join(root, 'schema.graphql')
  const written = documents(buildSchema(await readFile(schema, 'utf8')))
  await copyFile(schema, join(folder, 'schema.graphql'))
  await mkdir(join(folder, '__generated__'))
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(CONFIG))
  await writeFile(join(folder, 'documents.ts'), written.map((text) => `graphql\`${text}\`;\n`).join(''))
  const failures = []
  try {
    await promisify(execFile)(compiler, ['--noWatchman', 'relay.config.json'], { cwd: folder })
  } catch (problem) {
    failures.push(problem.stdout + problem.stderr)
  }
  const made = await readdir(join(folder, '__generated__'))
  const compiled = written.filter((text) => made.includes(`${text.match(/fragment (\w+)/)[1]}.graphql.ts`))
  tell('relay-compiler', compiled.length, written.length, failures)
  if (failures.length) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true })
}
