import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const huddle = process.env.HUDDLE ?? '.venv/bin/huddle'

export const address = process.env.HUDDLE_URL ?? 'http://127.0.0.1:8000'

/** A token of somebody in the demonstration; in a real client it comes from where people sign in. */
export async function tokenOf(person: string, seconds?: number): Promise<string> {
  const validity = seconds === undefined ? [] : ['--ttl', String(seconds)]
  const { stdout } = await promisify(execFile)(huddle, ['token', person, ...validity], { cwd: root })
  return stdout.trim()
}
