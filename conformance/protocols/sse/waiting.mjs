import assert from 'node:assert/strict'
import { expiringAuthorization, INBOX } from '../../kit.mjs'
import { Stream } from './stream.mjs'

export const waiting = {
  'a quiet stream has a comment within 20 s': async () => {
    const stream = await Stream.open({ query: INBOX, person: 'zhao' })
    await stream.next()
    assert.equal(await stream.block(20), ':')
    stream.hangUp()
  },
  'when its token expires a stream ends without complete': async () => {
    const headers = { Authorization: await expiringAuthorization('chen', 10) }
    const stream = await Stream.open({ query: INBOX, person: null, headers })
    await stream.next()
    assert.equal(await stream.event(20), null)
  },
}
