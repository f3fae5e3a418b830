import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { buildSchema, isAbstractType, Kind, parse, print, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { root } from '../kit.mjs'

const SHARE = 90
const command = join(root, 'conformance/node_modules/.bin/graphql-inspector')
const schemaFile = join(root, 'schema.graphql')
const folder = join(root, 'operations')
const inspect = (...words) => promisify(execFile)(command, words, { cwd: join(root, 'conformance') })

/** graphql-inspector counts a field where it is written. What is asked of an interface, each of its types is asked. */
function spelledOut(document, schema) {
  const types = new TypeInfo(schema)
  const leave = (node) => {
    const here = types.getParentType()
    if (!isAbstractType(here)) return
    const fields = node.selections.filter(({ kind }) => kind === Kind.FIELD)
    const copies = schema.getPossibleTypes(here).map(({ name: value }) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
    }))
    return fields.length ? { ...node, selections: [...node.selections, ...copies] } : undefined
  }
  return visit(document, visitWithTypeInfo(types, { SelectionSet: { leave } }))
}

/** Returns what it says of each file that is not valid. */
async function invalid(made) {
  const verdict = join(made, 'verdict.json')
  try {
    await inspect('validate', join(folder, '*.graphql'), schemaFile, '--deprecated', '--output', verdict)
    return new Map()
  } catch (problem) {
    const told = await readFile(verdict, 'utf8').catch(() => Promise.reject(problem))
    return new Map(JSON.parse(told).documents.map(({ source, errors }) => [basename(source.name), errors]))
  }
}

/** Returns every field of the schema with how often a document asks for it. */
async function counted(made, documents) {
  const schema = buildSchema(await readFile(schemaFile, 'utf8'))
  const write = ([name, document]) => writeFile(join(made, name), print(spelledOut(document, schema)))
  await Promise.all([...documents].map(write))
  const coverage = join(made, 'coverage.json')
  await inspect('coverage', join(made, '*.graphql'), schemaFile, '--silent', '--write', coverage)
  const { types } = JSON.parse(await readFile(coverage, 'utf8'))
  return Object.entries(types).flatMap(([type, { children }]) =>
    Object.entries(children).map(([field, { hits }]) => ({ name: `${type}.${field}`, hits })),
  )
}

const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql'))
const read = async (name) => [name, parse(await readFile(join(folder, name), 'utf8'))]
const documents = new Map(await Promise.all(names.map(read)))
const size = (files) => files.flatMap((name) => documents.get(name).definitions).length
const made = await mkdtemp(join(tmpdir(), 'huddle-inspector-'))
try {
  const wrong = await invalid(made)
  const [held, total] = [size(names.filter((name) => !wrong.has(name))), size(names)]
  const failures = [...wrong].flatMap(([name, errors]) => errors.map(({ message }) => `  ${name}: ${message}`))

  const fields = wrong.size ? [] : await counted(made, documents)
  const left = fields.filter(({ hits }) => hits === 0)
  const share = fields.length ? Math.floor((1 - left.length / fields.length) * 100) : 0
  if (fields.length && share < SHARE) failures.push(`  not asked for: ${left.map(({ name }) => name).join(', ')}`)

  console.log(`${'graphql-inspector'.padEnd(24)}${held}/${total} documents, ${share} % of fields`)
  for (const failure of failures) console.log(failure)
  process.exitCode = held === total && share >= SHARE ? 0 : 1
} finally {
  await rm(made, { recursive: true })
}
