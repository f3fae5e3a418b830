"""The documents that the people of the story send."""

VIEWER = "query { viewer { agent { id name } } }"
SKILLS = "query { skills(first: 100) { nodes { id slug name } } }"
CONVERSATIONS = """
query {
  conversations(where: {statuses: [OPEN], participating: true}, first: 100) {
    nodes {
      id subject viewerLevel viewerCan { invite } seats { taken limit }
      customer { displayName maskedEmail } messages(last: 1) { nodes { author text } }
    }
  }
}
"""
COLLEAGUES = """
query Colleagues($skill: ID!, $conversation: ID!) {
  onlineAgents(where: {skillIds: [$skill]}, availableFor: $conversation, first: 100) {
    nodes {
      id name title presence skills { skill { id } level }
      eligibility { canInvite reasons { code message } }
    }
  }
}
"""
EVERYBODY = """
query {
  onlineAgents(where: {presences: [ONLINE, BUSY, AWAY, DO_NOT_DISTURB, OFFLINE]}, first: 100) {
    nodes { id name alias email }
  }
}
"""
NOTES = """
query Notes($id: ID!) { conversation(id: $id) { notes(first: 100) { nodes { id text } } } }
"""
CONVERSATION = "query Conversation($id: ID!) { conversation(id: $id) { id subject } }"

INVITE = """
mutation Invite($input: InviteAgentsInput!) {
  inviteAgents(input: $input) { results { invitation { id status } errors { code } } errors { code } }
}
"""
ACCEPT = """
mutation Accept($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    participant { id role level } conversation { id subject } cursor errors { code }
  }
}
"""
POST_NOTE = """
mutation Note($input: PostNoteInput!) { postNote(input: $input) { note { id } errors { code } } }
"""
REPLY = """
mutation Reply($input: SendReplyInput!) { sendReply(input: $input) { message { id } errors { code } } }
"""
ADJUST = """
mutation Adjust($input: AdjustPermissionInput!) {
  adjustPermission(input: $input) { participant { level levelUntil baseLevel } errors { code } }
}
"""
TRANSFER = """
mutation Transfer($input: TransferPrimaryInput!) {
  transferPrimary(input: $input) { participant { role level agent { name } } errors { code } }
}
"""
LEAVE = """
mutation Leave($input: LeaveConversationInput!) {
  leaveConversation(input: $input) { participant { leaveReason } errors { code } }
}
"""
CLOSE = """
mutation Close($input: CloseConversationInput!) {
  closeConversation(input: $input) { conversation { status } errors { code } }
}
"""
CUSTOMER_SAYS = """
mutation Say($input: SendCustomerMessageInput!) {
  sendCustomerMessage(input: $input) { __typename message { __typename text } errors { code } }
}
"""
TRANSCRIPT = """
query {
  customerConversation {
    __typename status serviceIdentity { __typename displayName avatarUrl }
    messages(last: 100) { __typename nodes { __typename id author text sentAt } }
  }
}
"""

INBOX = """
subscription {
  inbox {
    __typename
    ... on InboxSnapshot { unansweredCount }
    ... on InvitationCreated {
      invitation {
        id background inviter { name } role level conversation { id }
        conversationPreview { subject customerName messageCount recentMessages { author text } }
      }
    }
  }
}
"""
INTERNAL_NOTES = """
subscription Notes($id: ID!) {
  internalNotes(conversationId: $id) { __typename note { text author { name } } }
}
"""
EVENTS = """
subscription Events($id: ID!) {
  conversationEvents(conversationId: $id) {
    __typename
    actor { kind agent { name } }
    ... on ParticipantJoined { participant { role level agent { name } } }
    ... on PermissionAdjusted { before after until participant { agent { name } } }
    ... on PermissionReverted { before after participant { agent { name } } }
    ... on PrimaryTransferred { primary { agent { name } } former { role agent { name } } }
    ... on ParticipantLeft { reason participant { agent { name } } }
    ... on CustomerMessagePosted { message { author text } }
  }
}
"""
CUSTOMER_MESSAGES = """
subscription {
  customerMessages {
    __typename id cursor occurredAt
    ... on CustomerConversationSnapshot { conversation { __typename status } }
    ... on TranscriptMessageAdded { message { __typename author text sentAt } }
    ... on CustomerConversationEnded { conversation { __typename status closedAt } }
  }
}
"""
