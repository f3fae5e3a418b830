"""Participants: each person's part in a conversation."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from domain.conversations import LeaveReason
from domain.permissions import (
    ROLE_LEVELS,
    CollaborationStance,
    ParticipantRole,
    Permission,
    PermissionLevel,
    permits,
    stance,
)
from resolvers.reads.agents import agents_by_id
from resolvers.reads.contributions import contributions_of
from resolvers.reads.conversations import collaborations_by_id, conversations_by_id
from resolvers.reads.invitations import invitations_by_id
from resolvers.reads.participants import ParticipantView
from schema.fields import Sight, batched, computed, field, output
from schema.types.node import AgentRef, CollaborationRef, ConversationRef, InvitationRef, Node


@output()
class ParticipantAbilities:
    """What you may do with this person's part now."""

    adjust_permission: bool = field("Give them another level.")
    remove: bool = field("Remove them.")
    transfer_primary: bool = field("Hand the primary role over to them.")
    grantable_levels: list[PermissionLevel] = field(
        "The levels you may give them; some of them only with `until`."
    )


def abilities(view: ParticipantView) -> SimpleNamespace:
    own = view.viewer_level
    other = view.left_at is None and view.agent_id != view.viewer_id
    below = other and own is not None and view.level < own
    return SimpleNamespace(
        adjust_permission=below and permits(own, Permission.ADJUST_PERMISSION),
        remove=below
        and view.agent_id != view.principal_id
        and permits(own, Permission.REMOVE_PARTICIPANT),
        transfer_primary=below
        and view.principal_id is None
        and view.role is not ParticipantRole.GUEST_EXPERT
        and permits(own, Permission.TRANSFER_PRIMARY),
        grantable_levels=grantable(view.role, own) if below else [],
    )


def grantable(role: ParticipantRole, own: PermissionLevel | None) -> list[PermissionLevel]:
    if own is None or not permits(own, Permission.ADJUST_PERMISSION):
        return []
    ceiling = ROLE_LEVELS[role].ceiling
    return [level for level in PermissionLevel if level < own and level <= ceiling]


@output()
class Contributions:
    """What somebody did in their part of a conversation."""

    messages: int = field("Replies they sent to the customer.")
    notes: int = field("Internal notes they posted.")
    suggestions_used: int = field("Notes of theirs that became somebody else's reply.")
    active_seconds: int = field(
        "How long they were active, in seconds: the time between signs of activity at most 2 minutes apart."
    )


@output(ParticipantView)
class Participant(Node):
    """One person's part in a conversation, in one role for a time. It is never deleted; it ends."""

    role: ParticipantRole = field("Why they take part.")
    level: PermissionLevel = field("What they may do now, or could when they left.")
    base_level: PermissionLevel | None = field(
        "What returns by itself at `levelUntil`; null when the level is for good."
    )
    level_until: datetime | None = field("When a temporary level ends; null when it is for good.")
    ends_at: datetime | None = field("When their part ends by itself, if that was agreed.")
    joined_at: datetime = field("When they joined.")
    left_at: datetime | None = field("When they left; null while they take part.")
    leave_reason: LeaveReason | None = field("Why they left; null while they take part.")
    active_at: datetime = field(
        "When they last gave a sign here: anything they did in the conversation, or a `heartbeat` that names it. Written "
        "down at most every 10 seconds."
    )
    idle_warned_at: datetime | None = field(
        "When they were warned for giving no sign; null once they did, and for everybody else."
    )
    agent: AgentRef = batched(
        AgentRef, agents_by_id, "agent_id", "Who it is.", sight=Sight.ORGANIZATION
    )
    conversation: ConversationRef | None = batched(
        ConversationRef | None,
        conversations_by_id,
        "conversation_id",
        "Where; null when you can no longer see it.",
        sight=Sight.PART,
    )
    invitation: InvitationRef | None = batched(
        InvitationRef | None,
        invitations_by_id,
        "invitation_id",
        "The invitation they came by; null for who opened the conversation.",
        sight=Sight.PART,
    )
    collaboration: CollaborationRef | None = batched(
        CollaborationRef | None,
        collaborations_by_id,
        "collaboration_id",
        "The collaboration they are part of; null for the primary.",
        sight=Sight.PART,
    )

    contributions: Contributions = batched(
        Contributions,
        contributions_of,
        "id",
        "What they did here; kept when they have left.",
        sight=Sight.PART,
    )

    @computed(CollaborationStance, sight=Sight.SAME)
    def stance(self: Any) -> Any:
        """How they take part, computed from role and level."""
        return stance(self.role, self.level)

    @computed(ParticipantAbilities, sight=Sight.OWN)
    def viewer_can(self: Any) -> Any:
        """What you may do with their part now."""
        return abilities(self)
