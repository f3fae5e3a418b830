"""The enums of participants."""

from __future__ import annotations

from domain.conversations import (
    LeaveReason,
)
from domain.permissions import CollaborationStance, ParticipantRole, Permission, PermissionLevel
from schema.enums.publishing import publish

publish(
    LeaveReason,
    "Why somebody's part in a conversation ended.",
    LEFT="They left.",
    REMOVED="Somebody above them removed them.",
    IDLE_TIMEOUT="They gave no sign for too long, and were warned in between.",
    TRANSFERRED_OUT="The primary role changed hands; they go on in another role, as a new participant.",
    CONVERSATION_CLOSED="The conversation was closed.",
    PERIOD_ENDED="The agreed time was over, or the collaboration ended.",
)
publish(
    CollaborationStance,
    "How somebody takes part, computed from role and level.",
    LEAD="Serves the customer.",
    SUPPORT="Advises and helps.",
    LEARNER="Watches and learns.",
    MANAGER="Oversees.",
)
publish(
    ParticipantRole,
    "Why somebody takes part. What they may do is their level.",
    PRIMARY="Leads the conversation; exactly one at any time, always at FULL.",
    EXPERT="Gives advice: GUIDE when invited, EDIT if offered, MANAGE for a time.",
    COACH="Guides a colleague: GUIDE when invited, EDIT if offered, MANAGE for a time.",
    OBSERVER="Watches: READ_ONLY when invited, may be raised to EDIT.",
    ASSISTANT="Helps for a limited time: GUIDE when invited, may be raised to EDIT; an end is compulsory.",
    SUPERVISOR="Oversees quality: MANAGE.",
    SCRIBE="Keeps the record: GUIDE when invited, may be raised to EDIT.",
    GUEST_EXPERT="An expert from outside: GUIDE at most; an end is compulsory.",
)
publish(
    PermissionLevel,
    "What somebody may do in a conversation, from least to most; each level includes the ones before.",
    READ_ONLY="Read the conversation and its notes.",
    GUIDE="And write notes and propose replies.",
    EDIT="And reply to the customer and operate on the conversation.",
    MANAGE="And invite, adjust lower levels, remove lower participants.",
    FULL="And transfer the primary role and close. The primary's alone.",
)
publish(
    Permission,
    "One thing that a level permits in a conversation.",
    VIEW_CONVERSATION="See messages, people and events. From READ_ONLY.",
    READ_NOTES="Read internal notes. From READ_ONLY.",
    WRITE_NOTES="Write internal notes. From GUIDE.",
    PROPOSE_REPLY="Propose a reply. From GUIDE.",
    REPLY_TO_CUSTOMER="Reply to the customer. From EDIT.",
    OPERATE="Change tags, stage and summary. From EDIT.",
    INVITE="Invite colleagues. From MANAGE.",
    ADJUST_PERMISSION="Adjust levels below one's own. From MANAGE.",
    REMOVE_PARTICIPANT="Remove people below one's own level. From MANAGE.",
    APPROVE_REPLY="Approve a proposed reply. From MANAGE.",
    TRANSFER_PRIMARY="Hand over the primary role. FULL only.",
    APPOINT_DELEGATE="Appoint a delegate. FULL only.",
    PAUSE="Put the conversation on hold. FULL only.",
    CLOSE="End the collaboration and close the conversation. FULL only.",
)
