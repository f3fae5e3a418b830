"""The documents that rivals send."""

DECLINE = """
mutation Decline($input: DeclineInvitationInput!) {
  declineInvitation(input: $input) { invitation { id status } errors { code } }
}
"""
REVOKE = """
mutation Revoke($input: RevokeInvitationInput!) {
  revokeInvitation(input: $input) { invitation { id status } errors { code } }
}
"""
CLOSE = """
mutation Close($input: CloseConversationInput!) {
  closeConversation(input: $input) { conversation { id status } errors { code } }
}
"""
OPEN = """
mutation Open($input: OpenConversationInput!) {
  openConversation(input: $input) { conversationId errors { code } }
}
"""
EDIT_NOTE = """
mutation Edit($input: EditNoteInput!) {
  editNote(input: $input) { note { id version text } errors { code } }
}
"""
