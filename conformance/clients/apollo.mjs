import assert from 'node:assert/strict'
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, Observable } from '@apollo/client'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { print } from 'graphql'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import WebSocket from 'ws'
import { authorization, check, endpoint, socketEndpoint, WHO } from '../kit.mjs'
import { over, story } from './story.mjs'

globalThis.WebSocket ??= WebSocket // GraphQLWsLink tells errors apart by it

const headers = { Authorization: authorization('lin') }

function socketLink() {
  const sockets = []
  const client = createSocketClient({
    url: socketEndpoint,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: headers,
    on: { opened: (socket) => sockets.push(socket) },
  })
  return { link: new GraphQLWsLink(client), cut: () => sockets.forEach((socket) => socket.terminate()) }
}

function httpAndSocketLink() {
  const { link, cut } = socketLink()
  const isSubscription = ({ operationType }) => operationType === 'subscription'
  return { link: ApolloLink.split(isSubscription, link, new HttpLink({ uri: endpoint, headers })), cut }
}

function sseLink() {
  const client = createSseClient({ url: endpoint, retryAttempts: 0, headers })
  const link = new ApolloLink(
    ({ query, variables, operationName }) =>
      new Observable((observer) => client.subscribe({ query: print(query), variables, operationName }, observer)),
  )
  return { link, cut: () => client.dispose() }
}

function clauses(connect) {
  const open = () => {
    const { link, cut } = connect()
    return { client: new ApolloClient({ link, cache: new InMemoryCache() }), cut }
  }

  const ask = async (text, variables) => {
    const { client, cut } = open()
    const document = gql(text)
    const isMutation = document.definitions[0].operation === 'mutation'
    const options = { variables, errorPolicy: 'all' }
    const { data, error } = await (isMutation
      ? client.mutate({ mutation: document, ...options })
      : client.query({ query: document, ...options }))
    cut()
    if (error && !CombinedGraphQLErrors.is(error)) throw error
    return { data, errors: error?.errors }
  }

  const follow = (text, variables, hear) => {
    const { client, cut } = open()
    const events = client.subscribe({ query: gql(text), variables, errorPolicy: 'all' })
    events.subscribe({ next: ({ data }) => data && hear(data), error: () => {} })
    return cut
  }

  const cached = async () => {
    const { client, cut } = open()
    const { data } = await client.query({ query: gql(WHO) })
    cut()
    const { id } = data.viewer.agent
    const agent = client.readFragment({ id: `Agent:${id}`, fragment: gql('fragment A on Agent { name }') })
    assert.equal(agent.name, '林晓')
  }

  return { ...story({ ask, follow }), 'an object is found in the cache by its id': cached }
}

await check('apollo', {
  ...over('HTTP and graphql-ws', clauses(httpAndSocketLink)),
  ...over('graphql-ws alone', clauses(() => socketLink())),
  ...over('graphql-sse alone', clauses(sseLink)),
})
