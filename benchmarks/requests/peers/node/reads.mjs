// What the resolvers of both servers share: root reads, and one batch function for each nested field.
import { door, eligibilities, level, meant, shown } from './rules.mjs'

const told = (moment) => (moment === null ? null : moment.toISOString())

export async function onlineAgents(database, actor, { where, availableFor, first }) {
  if (actor.external || first < 0 || first > 100) throw new Error('forbidden')
  const departments = where.departmentIds.map((id) => meant('Department', id))
  const skills = where.skillIds.map((id) => meant('Skill', id))
  const rows = await database.all(
    'colleagues', actor.organization, departments, skills, new Set(skills).size, first + 1)
  const conversation = meant('Conversation', availableFor)
  const nodes = rows.slice(0, first).map(([id, department, name, title, presence]) => ({
    key: database.uuid(id), department, name, title, presence, conversation,
  }))
  const last = nodes.at(-1)
  const endCursor = last ? Buffer.from(JSON.stringify([last.name, last.key])).toString('base64url') : null
  return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor } }
}

export async function conversation(database, actor, { id }) {
  const key = meant('Conversation', id)
  const here = await door(database, actor, key)
  if (!here) return null
  const [subject, status, , version, , own] = here
  const inside = own !== null
  return { id, key, inside, subject: inside ? subject : null, status, version, viewerLevel: level(own) }
}

const agentIds = (agents) => agents.map((agent) => agent.key)
const byKey = (database, rows) => new Map(rows.map((row) => [database.uuid(row[0]), row]))

export const batches = {
  async department(database, actor, agents) {
    const ids = [...new Set(agents.map((agent) => agent.department))].map(database.uuid)
    const rows = await database.all('departments', actor.organization, ids)
    const found = new Map(rows.map(([id, name]) => [id, { id: shown('Department', database.uuid(id)), name }]))
    return agents.map((agent) => found.get(agent.department))
  },
  async skills(database, actor, agents) {
    const found = new Map(agents.map((agent) => [agent.key, []]))
    for (const [agent, own, id, name] of await database.all('skills', agentIds(agents)))
      found.get(database.uuid(agent)).push({ level: own, skill: { id: shown('Skill', database.uuid(id)), name } })
    return agents.map((agent) => found.get(agent.key))
  },
  async load(database, actor, agents) {
    const found = byKey(database, await database.all('loads', agentIds(agents)))
    return agents.map((agent) => {
      const [, collaborations, capacity, primaryConversations] = found.get(agent.key)
      return { collaborations, capacity, primaryConversations }
    })
  },
  async eligibility(database, actor, agents) {
    const found = await eligibilities(database, actor, agents[0].conversation, agentIds(agents))
    return agents.map((agent) => found.get(agent.key))
  },
  async agent(database, actor, ids) {
    const wanted = [...new Set(ids)]
    const found = byKey(database, await database.all('names', actor.organization, wanted))
    return ids.map((id) => {
      const [, name, presence] = found.get(id)
      return { key: id, name, presence }
    })
  },
  async participants(database, actor, [{ key }]) {
    const rows = (await database.all('people', key)).slice(0, 20)
    const nodes = rows.map(([id, agent, role, own, joined]) => ({
      id: shown('Participant', database.uuid(id)), role, level: level(own),
      joinedAt: told(database.moment(joined)), agentId: database.uuid(agent),
    }))
    return [{ nodes }]
  },
  async invitations(database, actor, [{ key, inside }]) {
    if (!inside) return [null]
    const rows = (await database.all('pending', key)).slice(0, 20)
    const nodes = rows.map(([id, status, role, expires, inviter, invitee]) => ({
      id: shown('Invitation', database.uuid(id)), status, role, expiresAt: told(database.moment(expires)),
      inviterId: database.uuid(inviter), inviteeId: database.uuid(invitee),
    }))
    return [{ nodes }]
  },
  async notes(database, actor, [{ key, inside }]) {
    if (!inside) return [null]
    const rows = (await database.all('notes', key)).slice(0, 20).reverse()
    const nodes = rows.map(([id, kind, text, version, posted, edited, author]) => ({
      id: shown('InternalNote', database.uuid(id)), kind, text, version,
      postedAt: told(database.moment(posted)), editedAt: edited === null ? null : told(database.moment(edited)),
      authorId: database.uuid(author),
    }))
    return [{ nodes }]
  },
}

export { shown }
