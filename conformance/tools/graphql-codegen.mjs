import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generate } from '@graphql-codegen/cli'
import { parse } from 'graphql'
import { root, tell } from '../kit.mjs'

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const config = {
  strictScalars: true,
  scalars: { ID: 'string', Cursor: 'string', DateTime: 'string' },
  useTypeImports: true,
}
const suffix = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }

/** What the types of the operations must be called. */
async function expectedTypes(folder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.graphql'))
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts
    .flatMap((text) => parse(text).definitions)
    .map(({ name, operation }) => name.value + suffix[operation])
}

const made = await mkdtemp(join(tmpdir(), 'huddle-codegen-'))
try {
  const [types, operations] = [join(made, 'types.ts'), join(made, 'operations.ts')]
  const expected = await expectedTypes(join(root, 'operations'))
  const failures = []
  let held = 0
  try {
    await generate({
      schema: join(root, 'schema.graphql'),
      documents: join(root, 'operations/*.graphql'),
      generates: { [types]: { plugins: ['typescript'] }, [operations]: { plugins: ['typescript-operations'] } },
      cwd: join(root, 'conformance'),
      silent: true,
      config,
    })
    await promisify(execFile)(tsc, ['--strict', '--noEmit', '--target', 'es2022', types, operations], { cwd: made })
    const text = await readFile(operations, 'utf8')
    const missing = expected.filter((name) => !text.includes(`export type ${name} = `))
    failures.push(...missing.map((name) => `  ${name} was not generated`))
    held = expected.length - missing.length
  } catch (problem) {
    failures.push(`  ${problem.stdout || problem.message}`)
  }
  tell('graphql-codegen', held, expected.length, failures)
} finally {
  await rm(made, { recursive: true })
}
