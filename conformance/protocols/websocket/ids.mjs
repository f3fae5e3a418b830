import { CloseCode } from 'graphql-ws'
import { EVENTS, INBOX, openConversation, pause, reply, WHO } from '../../kit.mjs'
import { expectResult } from './operations.mjs'

export const ids = {
  'an id in use is closed with 4409': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', INBOX)
    await socket.expect('next', '1')
    socket.subscribe('1', INBOX)
    await socket.expectClose(CloseCode.SubscriberAlreadyExists)
  },
  'an id is free again after the server completed': async ({ ready }) => {
    const socket = await ready()
    for (const id of ['1', '1']) {
      socket.subscribe(id, WHO)
      await expectResult(socket, id)
    }
  },
  'an id is free again after the client completed': async ({ ready }) => {
    const socket = await ready()
    for (const id of ['1', '1']) {
      socket.subscribe(id, INBOX)
      await socket.expect('next', id)
      socket.send({ type: 'complete', id })
    }
    await socket.expectNothing()
  },
  'an id is free again after an error': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', '{')
    await socket.expect('error', '1')
    socket.subscribe('1', WHO)
    await expectResult(socket, '1')
  },
  'after the client completed no event follows': async ({ ready }) => {
    const id = await openConversation()
    const socket = await ready()
    socket.subscribe('1', EVENTS, { variables: { id } })
    await socket.expect('next', '1')
    socket.send({ type: 'complete', id: '1' })
    await socket.expectNothing()
    await reply(id, 'unheard')
    await pause(300)
    await socket.expectNothing()
  },
  'complete of an unknown id is ignored': async ({ ready }) => {
    const socket = await ready()
    socket.send({ type: 'complete', id: 'unknown' })
    await socket.expectNothing()
  },
  'complete of a completed id is ignored': async ({ ready }) => {
    const socket = await ready()
    socket.subscribe('1', WHO)
    await expectResult(socket, '1')
    socket.send({ type: 'complete', id: '1' })
    await socket.expectNothing()
  },
}
