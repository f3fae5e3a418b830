import WebSocket from 'ws'
import { validateMessage } from 'graphql-ws'
import { authorization, socketEndpoint, within } from '../../kit.mjs'

const PATIENCE = 40

class Refused extends Error {
  constructor(statusCode) {
    super(`The upgrade was answered ${statusCode}`)
    this.statusCode = statusCode
  }
}

/** A raw socket: what the server sends must be text frames that hold messages of the protocol. */
export class Socket {
  arrived = []
  waiting = []

  constructor({ protocols = 'graphql-transport-ws', origin, answersPings = true } = {}) {
    this.raw = new WebSocket(socketEndpoint, protocols, { origin })
    this.upgraded = new Promise((resolve, reject) => {
      this.raw.on('open', resolve)
      this.raw.on('unexpected-response', (_, { statusCode }) => reject(new Refused(statusCode)))
    })
    this.ended = new Promise((resolve) => this.raw.on('close', resolve))
    this.raw.on('error', () => {})
    this.raw.on('message', (frame, isBinary) => this.#take(frame, isBinary, answersPings))
    this.raw.on('close', (code, reason) => this.#deliver({ closed: code, reason: String(reason) }))
  }

  async opened() {
    await within(PATIENCE, this.upgraded, 'The upgrade')
    return this
  }

  async acknowledged(person) {
    await this.opened()
    const payload = person && { Authorization: authorization(person) }
    this.send({ type: 'connection_init', payload })
    await this.expect('connection_ack')
    return this
  }

  send(message) {
    const raw = typeof message === 'string' || Buffer.isBuffer(message)
    this.raw.send(raw ? message : JSON.stringify(message))
  }

  subscribe(id, query, rest = {}) {
    this.send({ type: 'subscribe', id, payload: { query, ...rest } })
  }

  /** What comes next: a message, or `{closed, reason}`. */
  next(seconds = PATIENCE) {
    if (this.arrived.length) return Promise.resolve(this.arrived.shift())
    return within(seconds, new Promise((resolve) => this.waiting.push(resolve)), 'A message')
  }

  async expect(type, id, seconds) {
    const message = await this.next(seconds)
    if (message.type !== type || message.id !== id) {
      throw new Error(`${type} of ${id ?? 'the connection'} was expected, not ${JSON.stringify(message)}`)
    }
    return message.payload
  }

  async expectClose(code, seconds) {
    const message = await this.next(seconds)
    if (message.closed !== code) {
      throw new Error(`A close with ${code} was expected, not ${JSON.stringify(message)}`)
    }
  }

  /** The socket answers in order: what was sent before had no answer if the pong comes first. */
  async expectNothing() {
    this.send({ type: 'ping', payload: { nothing: 'else' } })
    await this.expect('pong')
  }

  end() {
    this.raw.terminate()
    return this.ended
  }

  #take(frame, isBinary, answersPings) {
    const text = String(frame)
    let message
    try {
      if (isBinary) throw new Error('A binary frame')
      message = validateMessage(JSON.parse(text))
    } catch (problem) {
      this.#deliver({ type: `no message (${problem.message})`, frame: text })
      return
    }
    if (message.type === 'ping' && answersPings) this.send({ type: 'pong', payload: message.payload })
    else this.#deliver(message)
  }

  #deliver(message) {
    const waiter = this.waiting.shift()
    if (waiter) waiter(message)
    else this.arrived.push(message)
  }
}
