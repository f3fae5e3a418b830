import { CloseCode } from 'graphql-ws'

const subscribe = (payload, id = '1') => ({ type: 'subscribe', id, payload })
const query = '{ __typename }'

const messages = {
  'a frame that is not JSON': 'nonsense',
  'an empty frame': '',
  'a binary frame': Buffer.from('{"type": "ping"}'),
  'an array': '[]',
  'a number': '42',
  'a string': '"ping"',
  null: 'null',
  'a message without a type': {},
  'a type that is not a string': { type: 1 },
  'an unknown type': { type: 'start' },
  'a type that only servers send': { type: 'connection_ack' },
  'a connection_init with a string as payload': { type: 'connection_init', payload: 'token' },
  'a ping with a string as payload': { type: 'ping', payload: 'now' },
  'a pong with a list as payload': { type: 'pong', payload: [] },
  'a subscribe without an id': { type: 'subscribe', payload: { query } },
  'a subscribe with an empty id': subscribe({ query }, ''),
  'a subscribe with a number as id': subscribe({ query }, 1),
  'a subscribe with a list as id': subscribe({ query }, ['1']),
  'a subscribe without a payload': { type: 'subscribe', id: '1' },
  'a subscribe with the payload null': subscribe(null),
  'a subscribe with a list as payload': subscribe([]),
  'a subscribe without a query': subscribe({}),
  'a subscribe with a number as query': subscribe({ query: 1 }),
  'a subscribe with a string as variables': subscribe({ query, variables: '{}' }),
  'a subscribe with a list as variables': subscribe({ query, variables: [] }),
  'a subscribe with a number as operationName': subscribe({ query, operationName: 1 }),
  'a subscribe with a string as extensions': subscribe({ query, extensions: '{}' }),
  'a complete without an id': { type: 'complete' },
  'a complete with an empty id': { type: 'complete', id: '' },
  'a complete with a number as id': { type: 'complete', id: 1 },
}

export const malformed = Object.fromEntries(
  Object.entries(messages).map(([what, message]) => [
    `${what} is closed with 4400`,
    async ({ ready }) => {
      const socket = await ready()
      socket.send(message)
      await socket.expectClose(CloseCode.BadRequest)
    },
  ]),
)
