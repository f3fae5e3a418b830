// Who asks, and what stands against inviting somebody: the floor's rules once more.
import { createVerifier } from 'fast-jwt'

const LEVELS = [null, 'READ_ONLY', 'GUIDE', 'EDIT', 'MANAGE', 'FULL']
export const INVITING = LEVELS.indexOf('MANAGE')
export const level = (number) => LEVELS[number ?? 0]

export const shown = (kind, id) => Buffer.from(`${kind}:${id}`).toString('base64')

export function meant(kind, text) {
  const [found, id] = Buffer.from(text, 'base64').toString().split(':')
  if (found !== kind) throw new Error('another kind of id')
  return id
}

// Everything is read anew for each request, the token too.
export function asking(database, secret) {
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: 'huddle',
    allowedAud: 'huddle',
    cache: false,
  })
  return async (authorization) => {
    const said = verify((authorization ?? '').replace('Bearer ', ''))
    if (said.kind !== 'AGENT') throw new Error('for agents')
    const rows = await database.all('actor', said.sub)
    if (!rows.length) throw new Error('nobody')
    const [organization, role, department, external] = rows[0]
    return {
      id: said.sub,
      organization: database.uuid(organization),
      role,
      department,
      external: Boolean(external),
      supervised: rows.filter((row) => row[4] !== null).map((row) => database.uuid(row[4])),
    }
  }
}

export const door = async (database, actor, id) =>
  (await database.all('door', id, actor.organization, actor.id, actor.supervised, actor.role === 'ADMIN'))[0]

export async function eligibilities(database, actor, conversation, ids) {
  const here = await door(database, actor, conversation)
  if (!here || here[1] === 'CLOSED' || (here[5] ?? 0) < INVITING) throw new Error('not to invite into')
  const around = await database.all('circumstances', conversation, actor.id, ids, actor.organization)
  const rows = await database.all('candidates', conversation, actor.id, actor.organization, ids)
  const limits = { STANDARD: around[0][9], VIP: around[0][10], URGENT: around[0][11], COMPLAINT: around[0][12] }
  const limit = Math.max(...(here[2] || 'STANDARD').split(',').map((kind) => limits[kind]))
  return new Map(rows.map((row) => [database.uuid(row[0]), eligible(database, actor, around, row, here[4], limit)]))
}

function eligible(database, actor, around, row, taken, limit) {
  const reasons = against(database, actor, around, row, Number(taken), limit)
  const kind = row[2] ? 'EXTERNAL_EXPERT' : row[1] === actor.department ? 'STANDARD' : 'CROSS_DEPARTMENT'
  return { canInvite: !reasons.length, kind, approvalNeeded: kind === 'CROSS_DEPARTMENT', reasons }
}

function against(database, actor, around, row, taken, limit) {
  const [id, department, external, presence, collaborations, takesPart, invited, approvable] = row
  const [, goingOn, inCollaboration, , , , , enabled, roles, , , , , perAgent, perOrganization] = around[0]
  const [perInviter, perInvitee] = around[0].slice(17)
  const found = []
  const say = (code, message) => found.push({ code, message })
  const own = database.uuid(id) === actor.id
  if (!enabled) say('COLLABORATION_DISABLED', 'Collaboration is switched off in this organization.')
  if (!roles.split(',').includes(actor.role))
    say('ROLE_NOT_ALLOWED_TO_INVITE', 'Your organization does not let your role invite colleagues.')
  if (own) say('CANNOT_INVITE_SELF', 'You are in the conversation already; invite somebody else.')
  if (external) say('EXTERNAL_NOT_PERMITTED', 'Outside experts cannot be invited by you.')
  else if (department !== actor.department && !approvable)
    say('CROSS_DEPARTMENT_NOT_PERMITTED', 'This colleague belongs to another department, where nobody else can approve it.')
  if (takesPart && !own) say('ALREADY_PARTICIPANT', 'This colleague takes part in the conversation already.')
  if (invited) say('DUPLICATE_INVITATION', 'This colleague has an open invitation to the conversation.')
  if (presence === 'OFFLINE') say('INVITEE_OFFLINE', 'This colleague is offline.')
  if (presence === 'DO_NOT_DISTURB')
    say('INVITEE_DO_NOT_DISTURB', 'This colleague does not want to be disturbed now.')
  if (collaborations >= perAgent)
    say('INVITEE_AT_CAPACITY', `Already in ${collaborations} collaborations; ${perAgent} at once are allowed.`)
  if (taken >= limit) say('COLLABORATOR_LIMIT_REACHED', `All ${limit} seats for collaborators are taken or offered.`)
  if (!inCollaboration && goingOn >= perOrganization)
    say('ORGANIZATION_LIMIT_REACHED', `Your organization is in ${goingOn} collaborations; ${perOrganization} are allowed.`)
  const now = database.moment(around[0][0])
  const sent = around.filter((each) => each[3] !== null && now - database.moment(each[6]) < 60_000)
  const groups = new Set(sent.filter((each) => database.uuid(each[3]) === actor.id).map((each) => each[5]))
  if (groups.size >= perInviter) say('RATE_LIMITED', 'You have sent as many invitations as allowed in a minute.')
  if (sent.filter((each) => each[4] === id).length >= perInvitee)
    say('RATE_LIMITED', 'This colleague has just been invited often.')
  return found
}
