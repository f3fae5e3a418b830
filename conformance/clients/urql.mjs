import assert from 'node:assert/strict'
import { Client, fetchExchange } from '@urql/core'
import { authorization, check, endpoint, INBOX, WHO } from '../kit.mjs'
import { arrival, story } from './story.mjs'

const exchanged = []

async function watched(url, init) {
  const answer = await fetch(url, init)
  exchanged.push({ accept: new Headers(init.headers).get('Accept'), type: answer.headers.get('Content-Type') })
  return answer
}

const connect = (options) =>
  new Client({
    url: endpoint,
    exchanges: [fetchExchange],
    fetch: watched,
    fetchOptions: { headers: { Authorization: authorization('lin') } },
    fetchSubscriptions: true,
    ...options,
  })

async function ask(text, variables, options) {
  const client = connect(options)
  const { data, error } = await (text.trim().startsWith('mutation')
    ? client.mutation(text, variables)
    : client.query(text, variables)
  ).toPromise()
  if (error?.networkError) throw error.networkError
  const errors = error?.graphQLErrors
  return { data, errors: errors?.length ? errors : undefined }
}

function follow(text, variables, hear) {
  const events = connect().subscription(text, variables)
  const { unsubscribe } = events.subscribe(({ data }) => data && hear(data))
  return unsubscribe
}

async function expectJsonForWideAccept(options) {
  exchanged.length = 0
  const { data } = await ask(WHO, {}, options)
  assert.equal(data.viewer.agent.name, '林晓')
  const [{ accept, type }] = exchanged
  assert.match(accept, /text\/event-stream/)
  assert.match(type, /^application\/(graphql-response\+)?json\b/)
}

await check('urql', {
  ...story({ ask, follow }),
  'a query by POST is JSON though text/event-stream is acceptable': () =>
    expectJsonForWideAccept({ preferGetMethod: false }),
  'a query by GET is JSON though text/event-stream is acceptable': () =>
    expectJsonForWideAccept({ preferGetMethod: 'force' }),
  'a subscription is a stream of events': async () => {
    exchanged.length = 0
    const heard = []
    const cut = follow(INBOX, {}, (data) => heard.push(data))
    await arrival(heard, 1)
    cut()
    assert.match(exchanged[0].type, /^text\/event-stream\b/)
  },
})
