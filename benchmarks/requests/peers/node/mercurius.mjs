// node mercurius.mjs URL PORT SECRET STATEMENTS: mercurius with its own loaders, and JIT from the first request on.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { open } from './database.mjs'
import { batches, conversation, onlineAgents, shown } from './reads.mjs'
import { asking } from './rules.mjs'

const [url, port, secret, statements] = process.argv.slice(2)
const database = open(url, JSON.parse(statements))
const who = asking(database, secret)
const schema = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')

const batched = (batch, key = (parent) => parent) => (queries, { actor }) =>
  batch(database, actor, queries.map(({ obj }) => key(obj)))
const agents = (name) => batched(batches.agent, (parent) => parent[name])

const app = Fastify()
app.register(mercurius, {
  schema,
  jit: 1,
  context: async (request) => ({ actor: await who(request.headers.authorization) }),
  resolvers: {
    Query: {
      onlineAgents: (_, args, { actor }) => onlineAgents(database, actor, args),
      conversation: (_, args, { actor }) => conversation(database, actor, args),
    },
    Agent: { id: ({ key }) => shown('Agent', key) },
  },
  loaders: {
    Agent: {
      department: batched(batches.department),
      skills: batched(batches.skills),
      load: batched(batches.load),
      eligibility: batched(batches.eligibility),
    },
    Conversation: {
      participants: batched(batches.participants),
      invitations: batched(batches.invitations),
      notes: batched(batches.notes),
    },
    Participant: { agent: agents('agentId') },
    Invitation: { inviter: agents('inviterId'), invitee: agents('inviteeId') },
    InternalNote: { author: agents('authorId') },
  },
})
app.get('/readyz', async () => 'ready')
await app.listen({ port: Number(port), host: '127.0.0.1' })
