import assert from 'node:assert/strict'
import { ask, CLOSE, EVENTS, INBOX, openConversation, reply, WHO } from '../../kit.mjs'
import { Stream } from './stream.mjs'

async function expectRefusal(request, code) {
  const result = await (await Stream.open(request)).only()
  assert.equal('data' in result, false)
  assert.equal(result.errors[0].extensions.code, code)
}

export const answers = {
  'a subscription is a stream that nobody keeps': async () => {
    const stream = await Stream.open({ query: INBOX })
    assert.match(stream.answer.headers.get('Cache-Control'), /no-cache|no-store/)
    stream.hangUp()
  },
  'an event is the lines event and data, then an empty line, each ended by LF': async () => {
    const stream = await Stream.open({ query: INBOX })
    assert.match(await stream.block(), /^event: next\ndata: \{[^\r\n]*\}$/)
    stream.hangUp()
  },
  'each event of a subscription is a next at once, in order': async () => {
    const id = await openConversation()
    const stream = await Stream.open({ query: EVENTS, variables: { id } })
    assert.equal((await stream.next()).data.conversationEvents.__typename, 'ConversationSnapshot')
    for (const text of ['one', 'two', '第三']) {
      await reply(id, text)
      assert.equal((await stream.next(2)).data.conversationEvents.message.text, text)
    }
    stream.hangUp()
  },
  'a subscription that is over ends with complete': async () => {
    const id = await openConversation()
    const stream = await Stream.open({ query: EVENTS, variables: { id } })
    await stream.next()
    await ask('lin', CLOSE, { input: { conversationId: id } })
    const told = [await stream.next()]
    while (told.at(-1).data.conversationEvents.__typename !== 'ConversationClosed') told.push(await stream.next())
    await stream.expectEnd()
  },
  'a query is one next and complete': async () => {
    const result = await (await Stream.open({ query: WHO })).only()
    assert.equal(result.data.viewer.agent.name, '林晓')
  },
  'a mutation is one next and complete': async () => {
    const query = 'mutation { heartbeat(input: {}) { leaseExpiresAt } }'
    assert.ok((await (await Stream.open({ query })).only()).data.heartbeat.leaseExpiresAt)
  },
  'operationName and variables are heeded': async () => {
    const query = 'query A { __typename } query B($first: Int) { departments(first: $first) { nodes { slug } } }'
    const stream = await Stream.open({ query, operationName: 'B', variables: { first: 1 } })
    assert.equal((await stream.only()).data.departments.nodes.length, 1)
  },
  'a syntax error is a next without data, then complete': () =>
    expectRefusal({ query: '{' }, 'GRAPHQL_PARSE_FAILED'),
  'a validation error is a next without data, then complete': () =>
    expectRefusal({ query: '{ nonsense }' }, 'GRAPHQL_VALIDATION_FAILED'),
  'a validation error of a subscription is a next without data, then complete': () =>
    expectRefusal({ query: 'subscription { nonsense }' }, 'GRAPHQL_VALIDATION_FAILED'),
  'a missing variable is a next without data, then complete': () =>
    expectRefusal({ query: EVENTS }, 'BAD_USER_INPUT'),
  'an error while executing is in next beside data, then complete': async () => {
    const { data, errors } = await (await Stream.open({ query: '{ customerConversation { id } }' })).only()
    assert.deepEqual(data, { customerConversation: null })
    assert.equal(errors[0].extensions.code, 'FORBIDDEN')
  },
  'a forbidden subscription is one next with FORBIDDEN and complete': async () => {
    const query = 'subscription { customerMessages { cursor } }'
    const { errors } = await (await Stream.open({ query })).only()
    assert.equal(errors[0].extensions.code, 'FORBIDDEN')
  },
}
