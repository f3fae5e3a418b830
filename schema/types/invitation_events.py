"""What happened to invitations, as streams tell it."""

from __future__ import annotations

from datetime import datetime

from resolvers.reads.invitations import invitations_by_id
from schema.fields import Sight, batched, interface
from schema.types.events import ConversationEvent, Event, InboxEvent, event, fact
from schema.types.invitations import Invitation


@interface
class InvitationEvent(Event):
    """Something that happened to an invitation."""

    invitation: Invitation | None = batched(
        Invitation | None,
        invitations_by_id,
        "facts.invitation_id",
        "The invitation as it is now; null in a snapshot, and when you can no longer see it.",
        sight=Sight.PART,
    )


@interface
class ApprovalEvent(Event):
    """Something that concerns those who approve invitations into their departments."""

    invitation: Invitation | None = batched(
        Invitation | None,
        invitations_by_id,
        "facts.invitation_id",
        "The invitation as it is now; null in a snapshot, and when you can no longer see it.",
    )


@event
class InvitationCreated(InvitationEvent, ConversationEvent, InboxEvent):
    """Somebody was invited."""


@event
class InvitationAccepted(InvitationEvent, ConversationEvent, InboxEvent):
    """The invitee accepted and takes part."""


@event
class InvitationDeclined(InvitationEvent, ConversationEvent, InboxEvent):
    """The invitee declined."""


@event
class InvitationExpired(InvitationEvent, ConversationEvent, InboxEvent):
    """Nobody answered in time."""


@event
class InvitationRevoked(InvitationEvent, ConversationEvent, InboxEvent):
    """The inviter took it back."""


@event
class InvitationCanceled(InvitationEvent, ConversationEvent, InboxEvent):
    """The service ended it."""


@event
class InvitationApproved(InvitationEvent, ConversationEvent, InboxEvent):
    """A supervisor approved it; the invitee can answer from now on."""


@event
class InvitationRejected(InvitationEvent, ConversationEvent, InboxEvent):
    """A supervisor rejected it."""


@event
class InvitationDeferred(InvitationEvent, ConversationEvent, InboxEvent):
    """The invitee has put it off."""

    until: datetime = fact("Until when.", "until", datetime)


@event
class InvitationReminded(InvitationEvent, InboxEvent):
    """It still waits for your answer: the time has come that you put it off to, or it expires soon."""


@event
class ApprovalRequested(ApprovalEvent, InboxEvent):
    """An invitation into a department you supervise waits for your decision."""


@event
class ApprovalClosed(ApprovalEvent, InboxEvent):
    """An invitation needs your decision no more: somebody decided, its time was over, or it was taken back."""
