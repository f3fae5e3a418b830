import assert from 'node:assert/strict'
import { INBOX, WHO } from '../../kit.mjs'

export const TWO = 'query One { __typename } query Other { departments { totalCount } }'

export async function expectResult(socket, id) {
  const result = await socket.expect('next', id)
  await socket.expect('complete', id)
  return result
}

/** An operation ends alone, before execution: `error`, nothing after it, and the socket lives on. */
export async function expectRefusal(ready, query, rest = {}, code = undefined) {
  const socket = await ready()
  socket.subscribe('bystander', INBOX)
  await socket.expect('next', 'bystander')
  socket.subscribe('1', query, rest)
  const [error] = await socket.expect('error', '1')
  if (code) assert.equal(error.extensions?.code, code)
  await socket.expectNothing()
  socket.subscribe('2', WHO)
  await expectResult(socket, '2')
}
