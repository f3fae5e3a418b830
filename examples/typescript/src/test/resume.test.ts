import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { overSocket, Token } from '../connect.js'
import { ConversationEventsDocument, InternalNotesDocument } from '../generated/graphql.js'
import { address, tokenOf } from '../people.js'
import { resume } from '../resume.js'
import { Faults } from './faults.js'
import { GUEST, Scene, tokenFor } from './scene.js'

const CUTS = 30
const PATIENCE = 120_000
const BETWEEN_POSTS = 250 // two mutations each time; the service takes ten in a second
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
console.log(`SEED=${seed}`)

interface Heard {
  texts: string[]
  startedOver: string[]
  renewed: number
}

const nothing = (): Heard => ({ texts: [], startedOver: [], renewed: 0 })

/** Somebody who follows a scene's notes over a connection of their own. */
interface Follower {
  person?: string
  token?: Token
  after?: string
}

const help = (heard: Heard, token: Token) => ({
  longestWait: 500,
  startOver: (code: string) => heard.startedOver.push(code),
  renewToken: () => {
    heard.renewed++
    return token.renew()
  },
})

/** Fills in what the follower hears, until the notes are over. */
async function follow(scene: Scene, heard: Heard, follower: Follower = {}): Promise<void> {
  const { person = 'lin', token = new Token(() => tokenFor(person)), after = null } = follower
  const socket = overSocket(address, token)
  try {
    for await (const event of resume(socket, InternalNotesDocument, { id: scene.id, after }, help(heard, token))) {
      if (event.__typename === 'NotesSnapshot') heard.texts.push(...event.notes.nodes.map(({ text }) => text))
      else if (event.note) heard.texts.push(event.note.text)
    }
  } finally {
    await socket.dispose()
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const began = Date.now(); !holds(); await pause(20)) {
    assert(Date.now() - began < PATIENCE, 'what was waited for did not happen')
  }
}

test(`through ${CUTS} cuts every event arrives once, in order`, async (context) => {
  const scene = await Scene.set()
  const faults = await Faults.before(address, seed)
  const token = new Token(() => tokenFor('lin'))
  const socket = overSocket(faults.address, token)
  const heard = nothing()
  const notes: string[] = []
  const messages: string[] = []
  const posted: string[] = []
  let snapshots = 0

  const followNotes = async () => {
    for await (const event of resume(socket, InternalNotesDocument, { id: scene.id }, help(heard, token))) {
      if (event.__typename === 'NotePosted' && event.note) notes.push(event.note.text)
      if (event.__typename === 'NotesSnapshot') snapshots++
    }
  }
  const followEvents = async () => {
    for await (const event of resume(socket, ConversationEventsDocument, { id: scene.id }, help(heard, token))) {
      if (event.__typename === 'CustomerMessagePosted' && event.message) messages.push(event.message.text)
      if (event.__typename === 'ConversationSnapshot') snapshots++
    }
  }
  const postNext = async () => {
    const text = `number ${posted.length}`
    await scene.note(text)
    await scene.reply(text)
    posted.push(text)
  }
  const post = async () => {
    await until(() => snapshots === 2)
    faults.begin()
    for (const began = Date.now(); faults.cuts < CUTS; await pause(BETWEEN_POSTS)) {
      assert(Date.now() - began < PATIENCE, `only ${faults.cuts} cuts within ${PATIENCE / 1000} s`)
      await postNext()
    }
    await faults.end()
    await postNext()
    await until(() => Math.min(notes.length, messages.length) >= posted.length)
    await scene.close()
  }
  await Promise.all([followNotes(), followEvents(), post()]).finally(() => faults.close())
  await socket.dispose()

  context.diagnostic(`${faults.cuts} cuts, ${faults.stalls} stalls, ${posted.length} notes and as many messages`)
  assert.deepEqual(notes, posted)
  assert.deepEqual(messages, posted)
  assert.equal(snapshots, 2)
  assert.deepEqual(heard, nothing())
})

test('an expired token is renewed, and nothing is lost', async () => {
  const scene = await Scene.set()
  const heard = nothing()
  const validities = [1, 3600]
  const token = new Token(() => tokenOf('lin', validities.shift()))
  const posted: string[] = []
  const postNext = async () => {
    posted.push(`number ${posted.length}`)
    await scene.note(`number ${posted.length - 1}`)
  }
  const post = async () => {
    for (const began = Date.now(); heard.renewed === 0; await pause(BETWEEN_POSTS)) {
      assert(Date.now() - began < PATIENCE, 'the token did not expire')
      await postNext()
    }
    await postNext()
    await until(() => heard.texts.length >= posted.length)
    await scene.close()
  }
  await Promise.all([follow(scene, heard, { token }), post()])
  assert.deepEqual(heard.texts, posted)
})

test('a cursor of another history starts over with a snapshot', async () => {
  const scene = await Scene.set()
  await scene.note('first')
  const heard = nothing()
  const post = async () => {
    await until(() => heard.texts.length > 0)
    await scene.note('second')
    await scene.close()
  }
  await Promise.all([follow(scene, heard, { after: await strangeCursor(scene) }), post()])
  assert.deepEqual(heard.startedOver, ['HISTORY_CHANGED'])
  assert.deepEqual(heard.texts, ['first', 'second'])
})

/** The cursor of the notes as they are, in another epoch: its last 16 bytes. */
async function strangeCursor(scene: Scene): Promise<string> {
  const token = new Token(() => tokenFor('lin'))
  const socket = overSocket(address, token)
  try {
    for await (const { cursor } of resume(socket, InternalNotesDocument, { id: scene.id }, help(nothing(), token))) {
      const bytes = Buffer.from(cursor, 'base64url')
      return bytes.fill(7, bytes.length - 16).toString('base64url')
    }
  } finally {
    await socket.dispose()
  }
  throw new Error('There was no snapshot.')
}

test('who is removed is told, and does not come back', async () => {
  const scene = await Scene.set()
  const heard = nothing()
  const following = follow(scene, heard, { person: GUEST })
  const refused = assert.rejects(following, ([{ extensions }]) => extensions.code === 'FORBIDDEN')
  await scene.note('the only one')
  await until(() => heard.texts.length > 0)
  await scene.removeGuest()
  await refused
  await scene.close()
})
