import assert from 'node:assert/strict'
import { CloseCode } from 'graphql-ws'
import { expiringAuthorization, INBOX } from '../../kit.mjs'

export const waiting = {
  'without connection_init in time the socket is closed with 4408': async ({ plain }) => {
    await (await plain()).expectClose(CloseCode.ConnectionInitialisationTimeout, 40)
  },
  'the server pings, and a socket that answers lives on': async ({ ready }) => {
    const socket = await ready('zhao', { answersPings: false })
    for (let times = 0; times < 2; times++) {
      await socket.expect('ping', undefined, 40)
      socket.send({ type: 'pong' })
    }
    await socket.expectNothing()
  },
  'a socket that answers no ping is closed with 1013': async ({ ready }) => {
    const socket = await ready('zhao', { answersPings: false })
    const told = [await socket.next(40)]
    while (told.at(-1).type === 'ping') told.push(await socket.next(40))
    assert.equal(told.at(-1).closed, 1013)
    assert.ok(told.length > 1)
  },
  'when its token expires a socket is closed with 4403': async ({ plain }) => {
    const payload = { Authorization: await expiringAuthorization('chen', 10) }
    const socket = await plain()
    socket.send({ type: 'connection_init', payload })
    await socket.expect('connection_ack')
    socket.subscribe('1', INBOX)
    await socket.expect('next', '1')
    await socket.expectClose(CloseCode.Forbidden, 40)
  },
}
