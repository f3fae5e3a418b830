import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { authorization, check, socketEndpoint } from '../kit.mjs'
import { story } from './story.mjs'

const open = []
const connect = () =>
  createClient({
    url: socketEndpoint,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { Authorization: authorization('lin') },
    on: { opened: (socket) => open.push(socket) },
  })

async function ask(query, variables) {
  const client = connect()
  try {
    for await (const result of client.iterate({ query, variables })) return result
  } catch (errors) {
    return { errors }
  } finally {
    await client.dispose()
  }
}

function follow(query, variables, hear) {
  const client = connect()
  client.subscribe({ query, variables }, { next: ({ data }) => hear(data), error: () => {}, complete: () => {} })
  return () => open.splice(0).forEach((socket) => socket.terminate())
}

await check('graphql-ws', story({ ask, follow }))
