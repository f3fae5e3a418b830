import type { Client } from '@urql/core'
import type { Client as SocketClient } from 'graphql-ws'
import { ask, perform } from './ask.js'
import type { Token } from './connect.js'
import {
  AcceptInvitationDocument,
  FindColleaguesDocument,
  InternalNotesDocument,
  InviteAgentsDocument,
  MyConversationsDocument,
  MyInvitationsDocument,
  PostNoteDocument,
  ViewerDocument,
} from './generated/graphql.js'
import { resume } from './resume.js'

export interface Means {
  http: Client
  socket: SocketClient
  token: Token
  say(...words: unknown[]): void
}

interface Command {
  words: string
  does: string
  run(means: Means, ...words: string[]): Promise<void>
}

export const commands: Record<string, Command> = {
  who: { words: '', does: 'tells who you are', run: who },
  list: { words: '', does: 'lists your open conversations', run: list },
  find: { words: 'CONVERSATION [TEXT]', does: 'finds colleagues who could help', run: find },
  invite: { words: 'CONVERSATION AGENT BACKGROUND', does: 'invites one of them', run: invite },
  accept: { words: '', does: 'accepts what waits for you longest', run: accept },
  note: { words: 'CONVERSATION TEXT', does: 'tells colleagues something', run: note },
  follow: { words: 'CONVERSATION', does: 'prints notes as they come', run: follow },
}

async function who({ http, say }: Means): Promise<void> {
  const { viewer } = await ask(http, ViewerDocument, {})
  if (viewer) say(viewer.agent.name, `(${viewer.agent.email})`, 'of', viewer.organization.name)
}

async function list({ http, say }: Means): Promise<void> {
  const { conversations } = await ask(http, MyConversationsDocument, {})
  for (const { id, subject, seats } of conversations?.nodes ?? []) {
    say(id, subject ?? '', `${seats.taken} of ${seats.limit} seats taken`)
  }
}

async function find({ http, say }: Means, conversationId: string, text?: string): Promise<void> {
  const { onlineAgents } = await ask(http, FindColleaguesDocument, { conversationId, where: text ? { text } : null })
  for (const { id, name, presence, eligibility } of onlineAgents?.nodes ?? []) {
    say(id, name, presence, eligibility?.canInvite ? 'can be invited' : eligibility?.reasons.map(({ code }) => code))
  }
}

async function invite({ http, say }: Means, conversationId: string, agentId: string, background: string): Promise<void> {
  const input = {
    conversationId,
    background,
    invitees: [{ target: { agentId } }],
    idempotencyKey: crypto.randomUUID(),
  }
  const { results } = await perform(http, InviteAgentsDocument, { input })
  for (const { invitee, invitation, errors } of results) {
    say(invitee?.name, invitation?.status ?? errors.map(({ code }) => code))
  }
}

async function accept({ http, say }: Means): Promise<void> {
  const { myInvitations } = await ask(http, MyInvitationsDocument, { where: { statuses: ['PENDING'] } })
  const [oldest] = (myInvitations?.nodes ?? []).toSorted((a, b) => a.sentAt.localeCompare(b.sentAt))
  if (!oldest) return say('Nothing waits for your answer.')
  const input = { invitationId: oldest.id, idempotencyKey: crypto.randomUUID() }
  const { conversation, participant } = await perform(http, AcceptInvitationDocument, { input })
  say(conversation?.id, conversation?.subject, 'as', participant?.role, participant?.level)
}

async function note({ http, say }: Means, conversationId: string, text: string): Promise<void> {
  const input = { conversationId, text, idempotencyKey: crypto.randomUUID() }
  const { note: posted } = await perform(http, PostNoteDocument, { input })
  say('posted', posted?.id)
}

async function follow({ socket, token, say }: Means, id: string): Promise<void> {
  const help = {
    renewToken: () => token.renew(),
    startOver: (code: string) => say(`-- ${code}: what follows starts over --`),
  }
  for await (const event of resume(socket, InternalNotesDocument, { id }, help)) {
    if (event.__typename === 'NotesSnapshot') {
      for (const { author, text } of event.notes.nodes) say(`${author.name}: ${text}`)
    } else if (event.note) {
      say(`${event.note.author.name}: ${event.note.text}`, event.__typename === 'NoteEdited' ? '(edited)' : '')
    }
  }
  say('-- the conversation is over --')
}
