// The TypeScript of docs/ compiles strictly, and does what the pages promise: it resumes, each event once.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import WebSocket from 'ws'
import { arrival } from '../clients/story.mjs'
import { authorization, check, endpoint, expiringAuthorization, openConversation, reply, root, socketEndpoint } from '../kit.mjs'

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const strictly = ['--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck']

async function typescriptOf(folder) {
  const pages = (await readdir(folder)).filter((name) => name.endsWith('.md'))
  const texts = await Promise.all(pages.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block))
}

/** Compiles the blocks, each a module of its own, and returns what they export, together. */
async function compiled(blocks) {
  const made = await mkdtemp(join(root, 'conformance/node_modules/.docs-'))
  try {
    const names = blocks.map((_, place) => `block${place}`)
    await Promise.all(blocks.map((block, place) => writeFile(join(made, `${names[place]}.ts`), block)))
    await writeFile(join(made, 'package.json'), '{"type": "module"}')
    await promisify(execFile)(tsc, [...strictly, ...names.map((name) => `${name}.ts`)], { cwd: made })
    const modules = await Promise.all(names.map((name) => import(join(made, `${name}.js`))))
    return Object.assign({}, ...modules)
  } catch (problem) {
    throw new Error(problem.stdout || problem.message)
  } finally {
    await rm(made, { recursive: true })
  }
}

const sockets = []
globalThis.WebSocket = class extends WebSocket {
  constructor(...words) {
    super(...words)
    sockets.push(this)
  }
}

const bare = (value) => value.replace('Bearer ', '')
const distinct = (heard) => new Set(heard.map(({ cursor }) => cursor)).size
let exported

await check('docs', {
  'every block compiles': async () => {
    exported = await compiled(await typescriptOf(join(root, 'docs')))
    assert.deepEqual(Object.keys(exported).sort(), ['followConversation', 'followInbox'])
  },
  'the inbox is followed across a cut': async () => {
    const heard = []
    const stop = exported.followInbox(socketEndpoint, async () => bare(authorization('lin')), (event) => heard.push(event))
    await arrival(heard, 1)
    await openConversation()
    await arrival(heard, 2)
    sockets.at(-1).terminate()
    await openConversation()
    await arrival(heard, 3)
    await openConversation()
    await arrival(heard, 4)
    stop()
    assert.deepEqual(heard.map(({ __typename }) => __typename), ['InboxSnapshot', ...Array(3).fill('ConversationOpened')])
    assert.equal(distinct(heard), 4)
  },
  'a conversation is followed across the end of a token': async () => {
    const heard = []
    const id = await openConversation()
    const given = []
    const tokens = [await expiringAuthorization('lin', '1')]
    const token = async () => {
      given.push(tokens.shift() ?? authorization('lin'))
      return bare(given.at(-1))
    }
    const stop = exported.followConversation(endpoint, token, id, (event) => heard.push(event))
    await arrival(heard, 1)
    for (let times = 0; times < 3; times++) {
      await reply(id, `reply ${times}`)
      await new Promise((resolve) => setTimeout(resolve, 3000))
    }
    await arrival(heard, 4)
    stop()
    assert.ok(given.length > 1, 'the token expired meanwhile')
    assert.deepEqual(heard.map(({ __typename }) => __typename), ['ConversationSnapshot', ...Array(3).fill('CustomerMessagePosted')])
    assert.equal(distinct(heard), 4)
  },
})
