import assert from 'node:assert/strict'
import { EVENTS } from '../../kit.mjs'
import { expectRefusal, expectResult, TWO } from './operations.mjs'

export const errors = {
  'a syntax error is an error of its operation': async ({ ready }) => {
    await expectRefusal(ready, '{ viewer', {}, 'GRAPHQL_PARSE_FAILED')
  },
  'an empty document is an error of its operation': async ({ ready }) => {
    await expectRefusal(ready, '')
  },
  'a validation error is an error of its operation': async ({ ready }) => {
    await expectRefusal(ready, '{ nonsense }', {}, 'GRAPHQL_VALIDATION_FAILED')
  },
  'a validation error of a subscription is an error of its operation': async ({ ready }) => {
    await expectRefusal(ready, 'subscription { inbox { nonsense } }', {}, 'GRAPHQL_VALIDATION_FAILED')
  },
  'a variable of the wrong type is an error of its operation': async ({ ready }) => {
    const query = 'query ($id: ID!) { node(id: $id) { id } }'
    await expectRefusal(ready, query, { variables: { id: [] } }, 'BAD_USER_INPUT')
  },
  'a missing variable of a subscription is an error of its operation': async ({ ready }) => {
    await expectRefusal(ready, EVENTS, {}, 'BAD_USER_INPUT')
  },
  'an unknown operationName is an error of its operation': async ({ ready }) => {
    await expectRefusal(ready, TWO, { operationName: 'Neither' }, 'BAD_USER_INPUT')
  },
  'a document over a limit is an error of its operation': async ({ ready }) => {
    const aliases = Array.from({ length: 40 }, (_, number) => `a${number}: __typename`)
    await expectRefusal(ready, `{ ${aliases} }`, {}, 'QUERY_TOO_COMPLEX')
  },
  'an error while executing is in next, and complete follows': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', '{ __typename customerConversation { id } }')
    const { data, errors } = await expectResult(socket, '1')
    assert.deepEqual(data, { __typename: 'Query', customerConversation: null })
    assert.equal(errors[0].extensions.code, 'FORBIDDEN')
    assert.deepEqual(errors[0].path, ['customerConversation'])
  },
  'a forbidden subscription ends alone with FORBIDDEN': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', 'subscription { customerMessages { cursor } }')
    const message = await socket.next()
    const errors = message.type === 'error' ? message.payload : message.payload.errors
    assert.equal(errors[0].extensions.code, 'FORBIDDEN')
    if (message.type === 'next') await socket.expect('complete', '1')
    await socket.expectNothing()
  },
}
