"""Conversations, the people in them, and the words that describe their life."""

from __future__ import annotations

from enum import StrEnum

from domain.errors import ConversationClosed, ConversationOnHold


class ConversationStatus(StrEnum):
    OPEN = "OPEN"
    ON_HOLD = "ON_HOLD"
    CLOSED = "CLOSED"


class ConversationClass(StrEnum):
    STANDARD = "STANDARD"
    VIP = "VIP"
    URGENT = "URGENT"
    COMPLAINT = "COMPLAINT"


class CustomerTier(StrEnum):
    NEW = "NEW"
    STANDARD = "STANDARD"
    VIP = "VIP"


class MessageAuthor(StrEnum):
    CUSTOMER = "CUSTOMER"
    SERVICE = "SERVICE"


class CollaborationOutcome(StrEnum):
    RESOLVED = "RESOLVED"
    PARTLY_RESOLVED = "PARTLY_RESOLVED"
    UNRESOLVED = "UNRESOLVED"
    ESCALATED = "ESCALATED"


class LeaveReason(StrEnum):
    LEFT = "LEFT"
    REMOVED = "REMOVED"
    IDLE_TIMEOUT = "IDLE_TIMEOUT"
    TRANSFERRED_OUT = "TRANSFERRED_OUT"
    CONVERSATION_CLOSED = "CONVERSATION_CLOSED"
    PERIOD_ENDED = "PERIOD_ENDED"


class NoteTopic(StrEnum):
    """What guidance teaches."""

    WORDING = "WORDING"
    PROCESS = "PROCESS"
    CUSTOMER = "CUSTOMER"
    CONTINGENCY = "CONTINGENCY"


class NoteKind(StrEnum):
    DISCUSSION = "DISCUSSION"
    GUIDANCE = "GUIDANCE"
    REMARK = "REMARK"
    REMINDER = "REMINDER"
    HIGHLIGHT = "HIGHLIGHT"
    KNOWLEDGE = "KNOWLEDGE"


def check_open(status: ConversationStatus) -> None:
    if status is ConversationStatus.CLOSED:
        raise ConversationClosed("This conversation is closed; nothing in it can change any more.")


def check_not_on_hold(status: ConversationStatus) -> None:
    if status is ConversationStatus.ON_HOLD:
        raise ConversationOnHold("This conversation is on hold; resume it first.")
