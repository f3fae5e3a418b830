import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import type { Client } from 'graphql-ws'

export interface Help {
  renewToken(): Promise<unknown> // which the client's `connectionParams` send from then on
  startOver(code: string): void // events may be missing: the next one is a new snapshot
  longestWait?: number // between two attempts, in milliseconds
}

const TOKEN_IS_OVER = 4403
const BROKEN = [1009, 4400, 4401, 4406, 4409, 4429] // the protocol: mend the client
const GAPS: unknown[] = ['CURSOR_EXPIRED', 'HISTORY_CHANGED']
const TOO_OFTEN = 'RATE_LIMITED'

/**
 * Follows a subscription through lost connections: every event once, in order. Ends with the stream, and throws when it
 * may not be followed (any more). Its client has `retryAttempts: 0`: its own retries would send the first cursor again.
 */
export async function* resume<Data extends Record<string, { cursor: string }>, Variables extends object>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables & { after?: string | null },
  { renewToken, startOver, longestWait = 30_000 }: Help,
): AsyncGenerator<Data[keyof Data]> {
  const query = print(document)
  let after = variables.after
  for (let failures = 0; ; failures++) {
    if (failures) await pause(Math.random() * Math.min(longestWait, 100 * 2 ** failures))
    const began = Date.now()
    try {
      for await (const { data, errors } of client.iterate<Data>({ query, variables: { ...variables, after } })) {
        const event = data && Object.values(data)[0]
        if (!event) throw errors
        yield event as Data[keyof Data] // processed when the next one is asked for
        after = event.cursor
        failures = 0
      }
      return
    } catch (problem) {
      const code = codeOf(problem)
      if (Date.now() - began > longestWait) failures = 0
      if (GAPS.includes(code)) {
        after = null
        startOver(String(code))
      } else if (code === TOKEN_IS_OVER) await renewToken()
      else if (typeof code === 'string' ? code !== TOO_OFTEN : BROKEN.includes(code)) throw problem
    }
  }
}

/** The code of a refusal, or with which the socket was closed, or 0 when it broke. */
function codeOf(problem: unknown): string | number {
  if (Array.isArray(problem)) return problem[0].extensions.code
  if (problem instanceof Error && !('code' in problem)) throw problem
  return (problem as { code?: number }).code ?? 0
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
