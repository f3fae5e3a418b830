import assert from 'node:assert/strict'
import { authorization, INBOX } from '../../kit.mjs'

export const limits = {
  'the 21st operation at once is refused alone': async ({ ready }) => {
    const socket = await ready()
    for (let number = 1; number <= 20; number++) socket.subscribe(`${number}`, INBOX)
    for (let number = 1; number <= 20; number++) assert.equal((await socket.next()).type, 'next')
    socket.subscribe('21', INBOX)
    const [error] = await socket.expect('error', '21')
    assert.equal(error.extensions.code, 'RATE_LIMITED')
    socket.send({ type: 'complete', id: '1' })
    socket.subscribe('21', INBOX)
    await socket.expect('next', '21')
  },
  'a message over 64 kB is closed with 1009': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', `{ __typename } # ${'x'.repeat(70_000)}`)
    await socket.expectClose(1009)
  },
  'the 6th socket of a person is closed with 1013': async ({ plain, ready }) => {
    for (let number = 1; number <= 5; number++) await ready('wang')
    const sixth = await plain()
    sixth.send({ type: 'connection_init', payload: { Authorization: authorization('wang') } })
    const first = await sixth.next()
    if (first.type === 'connection_ack') await sixth.expectClose(1013)
    else assert.equal(first.closed, 1013)
  },
}
