"""Reviews of emergencies."""

from __future__ import annotations

from datetime import datetime

from domain.reviews import EmergencyVerdict
from resolvers.reads.agents import agents_by_id
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.organizations import departments_by_id
from resolvers.reads.reviews import EmergencyReviewView, called_by
from schema.fields import batched, field, output
from schema.types.node import AgentRef, ConversationRef, Node
from schema.types.organizations import Department


@output(EmergencyReviewView)
class EmergencyReview(Node):
    """What an emergency leaves behind: a supervisor of the inviter's department or an admin whom it did not call has to say whether it was one."""

    reason: str = field("Why it was an emergency, in the words of who called it.")
    raised_at: datetime = field("When it was called.")
    settled_at: datetime | None = field("When it was settled; null while it waits.")
    verdict: EmergencyVerdict | None = field("What was found; null while it waits.")
    comment: str | None = field("What who settled it said; null while it waits.")
    inviter: AgentRef = batched(AgentRef, agents_by_id, "inviter_id", "Who called it.")
    settled_by: AgentRef | None = batched(
        AgentRef | None, agents_by_id, "settled_by_id", "Who settled it; null while it waits."
    )
    department: Department = batched(
        Department,
        departments_by_id,
        "department_id",
        "The inviter's department: its supervisors settle it, and admins, but nobody whom it called.",
    )
    conversation: ConversationRef | None = batched(
        ConversationRef | None,
        conversations_by_id,
        "conversation_id",
        "Where it was; null when you do not see it.",
    )
    called: list[AgentRef] = batched(
        list[AgentRef], called_by, "id", "Who was invited past approval and do-not-disturb."
    )
