import assert from 'node:assert/strict'
import { authorization, endpoint, INBOX, pause, WHO } from '../../kit.mjs'
import { send, Stream, STREAM } from './stream.mjs'

const allow = (answer) => answer.headers.get('Allow') ?? 'no Allow'
const byGet = (query, more = {}) => ({ method: 'GET', url: `${endpoint}?${new URLSearchParams({ query, ...more })}` })

async function expectJson(request, status, code) {
  const answer = await send(request)
  const text = answer.headers.get('Content-Type')?.startsWith(STREAM) ? 'a stream' : await answer.text()
  answer.hangUp()
  assert.equal(answer.status, status, `${status} was expected, not ${answer.status} ${text}`)
  assert.match(answer.headers.get('Content-Type'), /^application\/(graphql-response\+)?json\b/)
  if (code) assert.equal(JSON.parse(text).errors[0].extensions.code, code)
  return answer
}

async function expectStream(request) {
  const stream = await Stream.open(request)
  await stream.next()
  stream.hangUp()
}

export const requests = {
  'a subscription by GET is a stream': () => expectStream(byGet(INBOX)),
  'a query by GET is one next and complete': async () => {
    await (await Stream.open(byGet(WHO))).only()
  },
  'a mutation by GET is refused with 405': async () => {
    const answer = await expectJson(byGet('mutation { heartbeat(input: {}) { leaseExpiresAt } }'), 405)
    assert.match(allow(answer), /POST/)
  },
  'a subscription is a stream wherever text/event-stream is acceptable': () =>
    expectStream({ query: INBOX, accept: `application/json, ${STREAM};q=0.1` }),
  'a subscription is a stream when multipart is acceptable too': () =>
    expectStream({ query: INBOX, accept: `${STREAM}, multipart/mixed` }),
  'a subscription without text/event-stream is refused with 406': () =>
    expectJson({ query: INBOX, accept: 'application/json' }, 406),
  'a query is JSON when JSON comes first': () =>
    expectJson({ query: WHO, accept: `application/graphql-response+json, application/json, ${STREAM}` }, 200),
  'a query is JSON when JSON has the higher quality': () =>
    expectJson({ query: WHO, accept: `${STREAM};q=0.5, application/json;q=0.9` }, 200),
  'a query is a stream when that has the higher quality': () =>
    expectStream({ query: WHO, accept: `application/json;q=0.5, ${STREAM}` }),
  'a request without a document is refused with 400': () => expectJson({ variables: {} }, 400),
  'a request with a list as variables is refused with 400': () => expectJson({ query: WHO, variables: [] }, 400),
  'a bad token is refused with 401': async () => {
    const headers = { Authorization: 'Bearer nonsense' }
    const answer = await expectJson({ query: INBOX, person: null, headers }, 401, 'UNAUTHENTICATED')
    assert.match(answer.headers.get('WWW-Authenticate'), /^Bearer/)
  },
  'a token in the URL is refused with 400': () => {
    const token = authorization('lin').replace('Bearer ', '')
    return expectJson({ ...byGet(INBOX, { token }), person: null }, 400)
  },
  'a stream cannot be reserved: PUT is refused with 405': async () => {
    assert.match(allow(await expectJson({ method: 'PUT' }, 405)), /POST/)
  },
  'an operation cannot be stopped from outside: DELETE is refused with 405': () =>
    expectJson({ method: 'DELETE', url: `${endpoint}?operationId=1` }, 405),
  'the 21st stream of a person is refused with 429 until another one ends': async () => {
    const request = { query: INBOX, person: 'wang' }
    const streams = await Promise.all(Array.from({ length: 20 }, () => Stream.open(request)))
    try {
      await Promise.all(streams.map((stream) => stream.next()))
      await expectJson(request, 429, 'RATE_LIMITED')
      streams.shift().hangUp()
      await expectFree(request)
    } finally {
      for (const stream of streams) stream.hangUp()
    }
  },
}

async function expectFree(request) {
  for (let times = 0; times < 50; times++) {
    const answer = await send(request)
    answer.hangUp()
    if (answer.status === 200) return
    await pause(100)
  }
  assert.fail('The place of a stream that was hung up was not free within 5 s')
}
