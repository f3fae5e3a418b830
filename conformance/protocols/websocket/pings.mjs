import assert from 'node:assert/strict'

export const pings = {
  'ping is answered by pong before connection_init': async ({ plain }) => {
    const socket = await plain()
    socket.send({ type: 'ping' })
    await socket.expect('pong')
  },
  'ping is answered by pong after connection_ack': async ({ ready }) => {
    const socket = await ready()
    socket.send({ type: 'ping' })
    await socket.expect('pong')
  },
  'pong carries the payload of the ping': async ({ ready }) => {
    const socket = await ready()
    socket.send({ type: 'ping', payload: { sent: [1, '二'] } })
    assert.deepEqual(await socket.expect('pong'), { sent: [1, '二'] })
  },
  'ping with the payload null is answered by pong': async ({ ready }) => {
    const socket = await ready()
    socket.send({ type: 'ping', payload: null })
    assert.equal((await socket.expect('pong')) ?? null, null)
  },
  'pong may come unasked': async ({ ready }) => {
    const socket = await ready()
    socket.send({ type: 'pong', payload: { alive: true } })
    await socket.expectNothing()
  },
}
