"""The enums of invitations."""

from __future__ import annotations

from domain.invitations import (
    CollaborationType,
    DeclineReason,
    InvitationKind,
    InvitationPriority,
    InvitationStatus,
)
from resolvers.reads.invitations import InvitationDirection
from schema.enums.publishing import publish

publish(
    InvitationStatus,
    "Where an invitation stands. All but the first two are final.",
    AWAITING_APPROVAL="A supervisor has to approve it first.",
    PENDING="Sent, not answered yet.",
    ACCEPTED="The invitee has joined.",
    DECLINED="The invitee said no.",
    REJECTED="The approver said no.",
    EXPIRED="Nobody answered in time.",
    REVOKED="The inviter took it back.",
    CANCELED="The service ended it: the conversation closed, somebody else of the group accepted, or the inviter lost the right to invite.",
)
publish(
    InvitationKind,
    "Which rules an invitation follows; the service decides it.",
    STANDARD="Within a department: sent at once.",
    CROSS_DEPARTMENT="Into another department.",
    EXTERNAL_EXPERT="To somebody outside the organization.",
    EMERGENCY="Through the channel for emergencies.",
)
publish(
    InvitationPriority,
    "How loudly to tell somebody of an invitation.",
    NORMAL="As usual.",
    HIGH="An emergency: at once, whatever else is on the screen.",
)
publish(
    CollaborationType,
    "What kind of help is asked for.",
    EXPERT_SUPPORT="A problem beyond one's own expertise.",
    COACHING="Guidance for somebody less experienced.",
    CROSS_DEPARTMENT="A problem of several departments.",
    QUALITY_SUPERVISION="Watching over quality.",
    SHORT_ASSISTANCE="A hand for a short time.",
)
publish(
    DeclineReason,
    "Why an invitation was declined.",
    BUSY="Too busy now.",
    NOT_MY_SKILL="Not their field.",
    OFF_SHIFT="Their shift is over or ends soon.",
    CONFLICT_OF_INTEREST="They should not be involved.",
    OTHER="Something else; the comment may say what.",
)
publish(
    InvitationDirection,
    "Whose invitations.",
    RECEIVED="Those sent to you.",
    SENT="Those sent by you.",
)
