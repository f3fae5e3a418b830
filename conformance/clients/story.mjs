import assert from 'node:assert/strict'
import { EVENTS, openConversation, pause, REPLY, reply, WHO } from '../kit.mjs'

const MISTAKE = 'query Mistake { nonsense }'
const FORBIDDEN = 'query Forbidden { __typename customerConversation { id } }'

/**
 * The steps that every client takes as lin. `ask(document, variables)` returns data and errors;
 * `follow(document, variables, hear)` calls hear with each event's data and returns how to cut the connection.
 */
export function story({ ask, follow }) {
  let conversation
  let last

  const listen = (after) => {
    const heard = []
    const cut = follow(EVENTS, { id: conversation, after }, ({ conversationEvents: event }) => heard.push(event))
    return { heard, cut }
  }

  return {
    'a query is answered': async () => {
      const { data, errors } = await ask(WHO)
      assert.equal(errors, undefined)
      assert.equal(data.viewer.agent.name, '林晓')
    },
    'a mutation is answered': async () => {
      conversation = await openConversation()
      const input = { conversationId: conversation, text: 'before' }
      const { data, errors } = await ask(REPLY, { input })
      assert.equal(errors, undefined)
      assert.equal(data.sendReply.message.text, 'before')
    },
    'a subscription begins with a snapshot and tells what happens': async () => {
      const { heard, cut } = listen()
      await arrival(heard, 1)
      assert.equal(heard[0].__typename, 'ConversationSnapshot')
      await reply(conversation, 'live')
      await arrival(heard, 2)
      assert.deepEqual(texts(heard.slice(1)), ['live'])
      last = heard[1].cursor
      await cut()
    },
    'a subscription that was cut resumes with each event once': async () => {
      for (const text of ['missed', 'missed too']) await reply(conversation, text)
      const { heard, cut } = listen(last)
      await arrival(heard, 2)
      await reply(conversation, 'live again')
      await arrival(heard, 3)
      await cut()
      assert.deepEqual(texts(heard), ['missed', 'missed too', 'live again'])
      assert.equal(new Set(heard.map(({ cursor }) => cursor)).size, 3)
    },
    'a mistake in a document is told': async () => {
      const { errors } = await ask(MISTAKE)
      assert.equal(errors?.[0].extensions?.code, 'GRAPHQL_VALIDATION_FAILED')
    },
    'a forbidden field is told beside the data': async () => {
      const { data, errors } = await ask(FORBIDDEN)
      assert.equal(data?.__typename, 'Query')
      assert.equal(errors?.[0].extensions?.code, 'FORBIDDEN')
      assert.deepEqual(errors[0].path, ['customerConversation'])
    },
  }
}

const texts = (events) => events.map(({ message }) => message?.text)

export async function arrival(heard, count) {
  for (let times = 0; heard.length < count; times++) {
    if (times === 100) throw new Error(`${count} events were expected, not ${JSON.stringify(heard)}`)
    await pause(50)
  }
}

/** Puts the transport before the name of each clause, so that one check can hold several stories. */
export const over = (transport, clauses) =>
  Object.fromEntries(Object.entries(clauses).map(([name, clause]) => [`over ${transport} ${name}`, clause]))
