import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, tell } from '../kit.mjs'

const run = promisify(execFile)
const cwd = join(root, 'examples/typescript')
const count = (report, what) => Number(report.match(new RegExp(`^# ${what} (\\d+)$`, 'm'))?.[1] ?? 0)

const name = 'typescript example'
try {
  await run('npm', ['run', '--silent', 'build'], { cwd })
  const tests = ['--test-reporter=tap', 'dist/test/resume.test.js']
  const { stdout } = await run(process.execPath, tests, { cwd, timeout: 90_000 }).catch((failed) => failed)
  const [held, total] = [count(stdout, 'pass'), count(stdout, 'tests')]
  tell(name, held, total, held === total ? [] : [stdout])
} catch (problem) {
  tell(name, 0, 1, [problem.stdout + problem.stderr])
}
process.exit()
