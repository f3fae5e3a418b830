import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const server = process.env.HUDDLE_URL
export const endpoint = `${server}/graphql`
export const socketEndpoint = endpoint.replace('http', 'ws')

export const authorization = (person) => `Bearer ${process.env[`TOKEN_${person.toUpperCase()}`]}`

export async function expiringAuthorization(person, seconds) {
  const { stdout } = await promisify(execFile)(process.env.HUDDLE, ['token', person, '--ttl', seconds])
  return `Bearer ${stdout.trim()}`
}

const OUT_OF_TIME = 600_000 // in case something hangs
setTimeout(() => {
  console.log(`${process.argv[1]} did not end within ${OUT_OF_TIME / 1000} s`)
  process.exit(1)
}, OUT_OF_TIME).unref()

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export async function within(seconds, promise, what) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${seconds} s`)), seconds * 1000)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

export async function ask(person, query, variables) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: authorization(person) },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(`${person} was answered ${JSON.stringify(errors)}`)
  return data
}

export async function openConversation() {
  const customer = { new: { externalId: crypto.randomUUID(), displayName: 'Rae' } }
  const { openConversation: opened } = await ask(
    'lin',
    'mutation ($input: OpenConversationInput!) { openConversation(input: $input) { conversationId } }',
    { input: { customer, subject: 'Conformance' } },
  )
  return opened.conversationId
}

export const WHO = 'query Who { viewer { agent { id name } } }'
export const INBOX = 'subscription { inbox { __typename } }'

export const REPLY = `
  mutation Reply($input: SendReplyInput!) { sendReply(input: $input) { message { id text } errors { code } } }
`

export const CLOSE = `
  mutation Close($input: CloseConversationInput!) { closeConversation(input: $input) { errors { code } } }
`

export const reply = (conversationId, text) => ask('lin', REPLY, { input: { conversationId, text } })

export const EVENTS = `
  subscription Events($id: ID!, $after: Cursor) {
    conversationEvents(conversationId: $id, after: $after) {
      __typename
      cursor
      ... on CustomerMessagePosted { message { id text } }
    }
  }
`

/** Runs the clauses one after the other, beside them those that wait for something, and prints one line. */
export async function check(tool, clauses, waiting = {}) {
  const failures = []
  const total = Object.keys({ ...clauses, ...waiting }).length

  const attempt = async ([name, clause]) => {
    try {
      await within(60, clause(), 'The end of the clause')
    } catch (problem) {
      failures.push(`  ${name}\n    ${String(problem.message).trim().replaceAll('\n', '\n    ')}`)
    }
  }
  const beside = Object.entries(waiting).map(attempt)
  for (const clause of Object.entries(clauses)) await attempt(clause)
  await Promise.all(beside)

  tell(tool, total - failures.length, total, failures)
  process.exit()
}

export function tell(tool, held, total, failures) {
  console.log(`${tool.padEnd(24)}${held}/${total}`)
  for (const failure of failures) console.log(failure)
  process.exitCode = held === total && total > 0 ? 0 : 1
}
