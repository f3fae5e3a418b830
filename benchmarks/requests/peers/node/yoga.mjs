// node yoga.mjs URL PORT SECRET STATEMENTS: graphql-yoga on Node's own HTTP server, with DataLoader.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { open } from './database.mjs'
import { batches, conversation, onlineAgents, shown } from './reads.mjs'
import { asking } from './rules.mjs'

const [url, port, secret, statements] = process.argv.slice(2)
const database = open(url, JSON.parse(statements))
const who = asking(database, secret)
const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')

const loaders = (actor) =>
  Object.fromEntries(
    Object.entries(batches).map(([name, batch]) => [
      name, new DataLoader((keys) => batch(database, actor, keys)),
    ]),
  )
const own = (name) => (parent, _, { load }) => load[name].load(parent)
const agent = (name) => (parent, _, { load }) => load.agent.load(parent[name])

const yoga = createYoga({
  schema: createSchema({
    typeDefs,
    resolvers: {
      Query: {
        onlineAgents: (_, args, { actor }) => onlineAgents(database, actor, args),
        conversation: (_, args, { actor }) => conversation(database, actor, args),
      },
      Agent: {
        id: ({ key }) => shown('Agent', key),
        department: own('department'),
        skills: own('skills'),
        load: own('load'),
        eligibility: own('eligibility'),
      },
      Conversation: { participants: own('participants'), invitations: own('invitations'), notes: own('notes') },
      Participant: { agent: agent('agentId') },
      Invitation: { inviter: agent('inviterId'), invitee: agent('inviteeId') },
      InternalNote: { author: agent('authorId') },
    },
  }),
  context: async ({ request }) => {
    const actor = await who(request.headers.get('authorization'))
    return { actor, load: loaders(actor) }
  },
  graphiql: false,
  logging: false,
  maskedErrors: true,
  healthCheckEndpoint: '/readyz',
})
createServer(yoga).listen(Number(port), '127.0.0.1')
