import { check } from '../kit.mjs'
import { connection } from './websocket/connection.mjs'
import { errors } from './websocket/errors.mjs'
import { ids } from './websocket/ids.mjs'
import { limits } from './websocket/limits.mjs'
import { malformed } from './websocket/malformed.mjs'
import { pings } from './websocket/pings.mjs'
import { results } from './websocket/results.mjs'
import { Socket } from './websocket/socket.mjs'
import { waiting } from './websocket/waiting.mjs'

/** Each clause opens sockets of its own, and none of them outlives it. */
const withSockets = (clauses) =>
  Object.fromEntries(Object.entries(clauses).map(([name, clause]) => [name, () => run(clause)]))

async function run(clause) {
  const sockets = []
  const open = (options) => {
    const socket = new Socket(options)
    sockets.push(socket)
    return socket
  }
  try {
    await clause({
      plain: (options) => open(options).opened(),
      ready: (person = 'lin', options) => open(options).acknowledged(person),
    })
  } finally {
    await Promise.all(sockets.map((socket) => socket.end()))
  }
}

const clauses = { ...connection, ...pings, ...results, ...ids, ...errors, ...limits, ...malformed }
await check('graphql-transport-ws', withSockets(clauses), withSockets(waiting))
