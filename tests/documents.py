"""The documents that several tests send."""

INVITE = """
mutation Invite($input: InviteAgentsInput!) {
  inviteAgents(input: $input) {
    results { invitee { name } invitation { id status expiresAt role level } errors { code } }
    errors { code message path ... on LimitReachedError { limit current } }
  }
}
"""
ACCEPT = """
mutation Accept($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    invitation { id status }
    participant { id role level endsAt }
    conversation { id }
    collaboration { id }
    cursor
    errors { code message path ... on LimitReachedError { limit current } }
  }
}
"""
POST_NOTE = """
mutation Post($input: PostNoteInput!) {
  postNote(input: $input) { note { id text version } errors { code path } }
}
"""
SEND_REPLY = """
mutation Reply($input: SendReplyInput!) {
  sendReply(input: $input) { message { id text } errors { code path } }
}
"""
CONVERSATION_EVENTS = """
subscription Events($id: ID!, $after: Cursor) {
  conversationEvents(conversationId: $id, after: $after) { __typename id cursor occurredAt actor { kind agent { name } } }
}
"""
INTERNAL_NOTES = """
subscription Notes($id: ID!, $after: Cursor) {
  internalNotes(conversationId: $id, after: $after) { __typename cursor note { id text version } }
}
"""
INVITATION_UPDATES = """
subscription Updates($id: ID, $after: Cursor) {
  invitationUpdates(conversationId: $id, after: $after) { __typename cursor invitation { id status } }
}
"""
INBOX = """
subscription Inbox($after: Cursor) { inbox(after: $after) { __typename id cursor } }
"""
CUSTOMER_MESSAGES = """
subscription Messages($after: Cursor) {
  customerMessages(after: $after) {
    __typename cursor ... on TranscriptMessageAdded { message { author text } }
  }
}
"""
