import type { Client } from '@urql/core'
import { ask, perform } from '../ask.js'
import { overHttp, Token } from '../connect.js'
import {
  AcceptInvitationDocument,
  CloseConversationDocument,
  InviteAgentsDocument,
  OpenConversationDocument,
  PostNoteDocument,
  RemoveParticipantDocument,
  SendReplyDocument,
  ViewerDocument,
} from '../generated/graphql.js'
import { address, tokenOf } from '../people.js'

export const GUEST = 'wang'

/** A conversation of lin's with a guest in it, who may write. */
export class Scene {
  private constructor(
    private readonly lin: Client,
    private readonly guest: Client,
    readonly id: string,
    private readonly participantId: string,
  ) {}

  static async set(): Promise<Scene> {
    const [lin, guest] = await Promise.all(['lin', GUEST].map(signedIn))
    if (!lin || !guest) throw new Error('Nobody came.')
    const customer = { new: { externalId: crypto.randomUUID(), displayName: 'Rae' } }
    const opened = await perform(lin, OpenConversationDocument, { input: { customer, subject: 'Cuts' } })
    const conversationId = there(opened.conversationId)
    const { viewer } = await ask(guest, ViewerDocument, {})
    const invitees = [{ target: { agentId: there(viewer).agent.id }, level: 'EDIT' as const }]
    const { results } = await perform(lin, InviteAgentsDocument, { input: { conversationId, invitees } })
    const [sent] = results
    if (!sent?.invitation) throw new Error(`${GUEST} was not invited: ${JSON.stringify(sent?.errors)}`)
    const accepted = await perform(guest, AcceptInvitationDocument, { input: { invitationId: sent.invitation.id } })
    return new Scene(lin, guest, conversationId, there(accepted.participant).id)
  }

  async note(text: string): Promise<void> {
    await perform(this.guest, PostNoteDocument, { input: { conversationId: this.id, text } })
  }

  async reply(text: string): Promise<void> {
    await perform(this.guest, SendReplyDocument, { input: { conversationId: this.id, text } })
  }

  async removeGuest(): Promise<void> {
    await perform(this.lin, RemoveParticipantDocument, { input: { participantId: this.participantId } })
  }

  async close(): Promise<void> {
    await perform(this.lin, CloseConversationDocument, { input: { conversationId: this.id } })
  }
}

const tokens: Record<string, Promise<string>> = {}

/** A token, fetched once for each person. */
export const tokenFor = (person: string): Promise<string> => (tokens[person] ??= tokenOf(person))

const signedIn = (person: string) => overHttp(address, new Token(() => tokenFor(person)))

function there<Value>(value: Value | null | undefined): Value {
  if (value == null) throw new Error('Something that must be there is missing.')
  return value
}
