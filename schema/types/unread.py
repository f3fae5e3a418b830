"""What is unread: the numbers for a tray icon."""

from __future__ import annotations

from typing import Any

from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.unread import UnreadCountsView, UnreadView
from schema.fields import batched, computed, field, output
from schema.types.node import ConversationRef


@output(UnreadView)
class ConversationUnread:
    """What others said in a conversation since you joined it or marked it as read."""

    messages: int = field("Messages of the customer, and replies of colleagues.")
    notes: int = field("Internal notes.")
    conversation: ConversationRef | None = batched(
        ConversationRef | None, conversations_by_id, "conversation_id", "Which conversation."
    )


@output(UnreadCountsView)
class UnreadCounts:
    """Everything that waits for you, as numbers."""

    invitations: int = field("Invitations that wait for your answer.")
    approvals: int = field(
        "Invitations into departments you supervise that wait for your approval: the length of `pendingApprovals`."
    )
    authorizations: int = field(
        "Requests that wait for your leave: the length of `pendingAuthorizations`."
    )
    emergency_reviews: int = field(
        "Emergencies of others that wait for a review by you or somebody else who oversees them; none that called you."
    )
    conversations: list[ConversationUnread] = field("The conversations you take part in.")

    @computed(int)
    def total(self: Any) -> Any:
        """All of it together: the number for a tray icon."""
        decisions = self.approvals + self.authorizations + self.emergency_reviews
        unread = sum(each.messages + each.notes for each in self.conversations)
        return self.invitations + decisions + unread
