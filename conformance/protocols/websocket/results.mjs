import assert from 'node:assert/strict'
import { CloseCode } from 'graphql-ws'
import { CLOSE, EVENTS, openConversation, reply, WHO } from '../../kit.mjs'
import { expectResult, TWO } from './operations.mjs'

export const results = {
  'subscribe before connection_init is closed with 4401': async ({ plain }) => {
    const socket = await plain()
    socket.subscribe('1', WHO)
    await socket.expectClose(CloseCode.Unauthorized)
  },
  'a query is answered by one next and complete': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', WHO)
    assert.equal((await expectResult(socket, '1')).data.viewer.agent.name, '林晓')
    await socket.expectNothing()
  },
  'a mutation is answered by one next and complete': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', 'mutation { heartbeat(input: {}) { leaseExpiresAt } }')
    assert.ok((await expectResult(socket, '1')).data.heartbeat.leaseExpiresAt)
    await socket.expectNothing()
  },
  'a subscription is answered by a next for each event, in order': async ({ ready }) => {
    const id = await openConversation()
    const socket = await ready()
    socket.subscribe('1', EVENTS, { variables: { id } })
    const first = await socket.expect('next', '1')
    assert.equal(first.data.conversationEvents.__typename, 'ConversationSnapshot')
    for (const text of ['one', 'two']) await reply(id, text)
    for (const text of ['one', 'two']) {
      const { data } = await socket.expect('next', '1')
      assert.equal(data.conversationEvents.message.text, text)
    }
  },
  'a subscription that is over ends with complete': async ({ ready }) => {
    const id = await openConversation()
    const socket = await ready()
    socket.subscribe('1', EVENTS, { variables: { id } })
    await socket.expect('next', '1')
    socket.subscribe('2', CLOSE, { variables: { input: { conversationId: id } } })
    const told = await until(socket, (message) => message.type === 'complete' && message.id === '1')
    const events = told.filter((message) => message.type === 'next' && message.id === '1')
    assert.equal(events.at(-1).payload.data.conversationEvents.__typename, 'ConversationClosed')
  },
  'operations are told apart by their ids': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('a', 'query { a: __typename }')
    socket.subscribe('b', 'query { b: __typename }')
    const told = [await socket.next(), await socket.next(), await socket.next(), await socket.next()]
    for (const id of ['a', 'b']) {
      const own = told.filter((message) => message.id === id)
      assert.deepEqual(own.map(({ type }) => type), ['next', 'complete'])
      assert.deepEqual(own[0].payload.data, { [id]: 'Query' })
    }
  },
  'operationName chooses the operation': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', TWO, { operationName: 'Other' })
    assert.ok((await expectResult(socket, '1')).data.departments)
  },
  'operationName, variables and extensions may be null': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', WHO, { operationName: null, variables: null, extensions: null })
    assert.equal((await expectResult(socket, '1')).errors, undefined)
  },
}

async function until(socket, last) {
  const told = [await socket.next()]
  while (!last(told.at(-1))) told.push(await socket.next())
  return told
}
