import assert from 'node:assert/strict'
import { authorization, endpoint, within } from '../../kit.mjs'

export const STREAM = 'text/event-stream'

/** Sends a request as it is written down here; `url` and `body` replace the usual ones. */
export async function send({ person = 'lin', accept = STREAM, method = 'POST', url = endpoint, headers, ...body }) {
  const hangUp = new AbortController()
  const answer = await fetch(url, {
    method,
    signal: hangUp.signal,
    headers: {
      ...(accept && { Accept: accept }),
      ...(person && { Authorization: authorization(person) }),
      ...(method === 'POST' && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: method === 'POST' ? JSON.stringify(body) : undefined,
  })
  return Object.assign(answer, { hangUp: () => hangUp.abort() })
}

/** Reads a body of events block by block, as the bytes have it. */
export class Stream {
  text = ''

  static async open(request) {
    const answer = await send(request)
    const type = answer.headers.get('Content-Type')
    if (answer.status !== 200 || !type?.startsWith(STREAM)) {
      throw new Error(`No stream but ${answer.status} ${type} ${await answer.text()}`)
    }
    return new Stream(answer)
  }

  constructor(answer) {
    this.answer = answer
    this.chunks = answer.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  }

  /** The next block without its empty line, or null at the end of the body. */
  async block(seconds = 40) {
    while (!this.text.includes('\n\n')) {
      const { value, done } = await within(seconds, this.chunks.next(), 'An event')
      if (done) {
        assert.equal(this.text, '', 'The body ends in the midst of an event')
        return null
      }
      this.text += value
    }
    const [block] = this.text.split('\n\n', 1)
    this.text = this.text.slice(block.length + 2)
    return block
  }

  /** The next event; comments are heartbeats. */
  async event(seconds) {
    let block = await this.block(seconds)
    while (block?.startsWith(':')) block = await this.block(seconds)
    if (block === null) return null
    const fields = block.split('\n').map((line) => line.match(/^(\w+): ?(.*)$/s)?.slice(1))
    assert.ok(fields.every(Boolean), `Not fields of an event: ${JSON.stringify(block)}`)
    return Object.fromEntries(fields)
  }

  async next(seconds) {
    const event = await this.event(seconds)
    assert.equal(event?.event, 'next')
    return JSON.parse(event.data)
  }

  async expectEnd() {
    assert.deepEqual(await this.event(), { event: 'complete', data: '' })
    assert.equal(await this.event(), null)
  }

  /** A whole stream of one result. */
  async only() {
    const result = await this.next()
    await this.expectEnd()
    return result
  }

  hangUp() {
    this.answer.hangUp()
  }
}
