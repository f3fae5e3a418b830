import assert from 'node:assert/strict'
import { CloseCode } from 'graphql-ws'
import { authorization, endpoint, WHO } from '../../kit.mjs'
import { expectResult } from './operations.mjs'
import { closeAfterUpgrade } from './upgrade.mjs'

export const connection = {
  'the subprotocol graphql-transport-ws is chosen': async ({ plain }) => {
    assert.equal((await plain()).raw.protocol, 'graphql-transport-ws')
  },
  'of several subprotocols graphql-transport-ws is chosen': async ({ plain }) => {
    const socket = await plain({ protocols: ['graphql-ws', 'graphql-transport-ws'] })
    assert.equal(socket.raw.protocol, 'graphql-transport-ws')
  },
  'the legacy subprotocol is closed with 4406': async () => {
    assert.equal(await closeAfterUpgrade('graphql-ws'), CloseCode.SubprotocolNotAcceptable)
  },
  'another subprotocol is closed with 4406': async () => {
    assert.equal(await closeAfterUpgrade('chat'), CloseCode.SubprotocolNotAcceptable)
  },
  'no subprotocol is closed with 4406': async () => {
    assert.equal(await closeAfterUpgrade(), CloseCode.SubprotocolNotAcceptable)
  },
  'a foreign origin is refused with 403 before the upgrade': async ({ plain }) => {
    await assert.rejects(plain({ origin: 'https://evil.example' }), { statusCode: 403 })
  },
  'the same origin is accepted': async ({ ready }) => {
    await ready('lin', { origin: new URL(endpoint).origin })
  },

  'connection_init is answered by connection_ack': async ({ ready }) => {
    await ready()
  },
  'connection_init without a payload is acknowledged': async ({ plain }) => {
    const socket = await plain()
    socket.send({ type: 'connection_init' })
    await socket.expect('connection_ack')
  },
  'connection_init with the payload null is acknowledged': async ({ plain }) => {
    const socket = await plain()
    socket.send({ type: 'connection_init', payload: null })
    await socket.expect('connection_ack')
  },
  'the token is found in any letter case of Authorization': async ({ plain }) => {
    const socket = await plain()
    socket.send({ type: 'connection_init', payload: { authorization: authorization('lin') } })
    await socket.expect('connection_ack')
    socket.subscribe('1', WHO)
    assert.equal((await expectResult(socket, '1')).errors, undefined)
  },
  'without a token guarded fields answer UNAUTHENTICATED': async ({ ready }) => {
    const socket = await ready(null)
    socket.subscribe('1', WHO)
    const [error] = (await expectResult(socket, '1')).errors
    assert.equal(error.extensions.code, 'UNAUTHENTICATED')
    assert.deepEqual(error.path, ['viewer'])
  },
  'a bad token is closed with 4403': async ({ plain }) => {
    const socket = await plain()
    socket.send({ type: 'connection_init', payload: { Authorization: 'Bearer nonsense' } })
    await socket.expectClose(CloseCode.Forbidden)
  },
  'a second connection_init is closed with 4429': async ({ ready }) => {
    const socket = await ready()
    socket.send({ type: 'connection_init' })
    await socket.expectClose(CloseCode.TooManyInitialisationRequests)
  },
  'a second connection_init is closed with 4429 even at once': async ({ plain }) => {
    const socket = await plain()
    const payload = { Authorization: authorization('lin') }
    socket.send({ type: 'connection_init', payload })
    socket.send({ type: 'connection_init', payload })
    const first = await socket.next()
    if (first.type === 'connection_ack') await socket.expectClose(CloseCode.TooManyInitialisationRequests)
    else assert.equal(first.closed, CloseCode.TooManyInitialisationRequests)
  },
}
