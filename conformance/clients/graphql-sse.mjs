import { createClient } from 'graphql-sse'
import { authorization, check, endpoint } from '../kit.mjs'
import { story } from './story.mjs'

const connect = () =>
  createClient({ url: endpoint, retryAttempts: 0, headers: { Authorization: authorization('lin') } })

async function ask(query, variables) {
  const client = connect()
  try {
    for await (const result of client.iterate({ query, variables })) return result
  } finally {
    client.dispose()
  }
}

function follow(query, variables, hear) {
  const client = connect()
  client.subscribe({ query, variables }, { next: ({ data }) => hear(data), error: () => {}, complete: () => {} })
  return () => client.dispose()
}

await check('graphql-sse client', story({ ask, follow }))
