"""The enums of notifications."""

from __future__ import annotations

from domain.notices import Language, NoticeKind, NoticePriority, NotificationChannel
from resolvers.reads.notifications import DeliveryStatus
from schema.enums.publishing import publish

publish(
    NoticeKind,
    "What kind of news a notice is.",
    INVITATION="Somebody asks for your help, reminds you, or needs it no longer.",
    ANSWER="What came of an invitation that you sent, or of an emergency that you called.",
    PART="Your own part in a conversation: idle, over, or the primary role.",
    LEVEL="Your own level.",
    CONVERSATION="A conversation as a whole.",
    ALARM="A customer waits, and nobody there can answer.",
)
publish(
    NotificationChannel,
    "How a notice is shown.",
    DESKTOP="A notification on the desktop.",
    SOUND="A sound.",
    TRAY="The icon in the tray, with its number.",
)
publish(
    NoticePriority,
    "How much a notice matters.",
    LOW="Good to know.",
    NORMAL="News.",
    HIGH="Somebody waits.",
    URGENT="An emergency: quiet hours do not hold it back.",
)
publish(Language, "The language of notices.", EN="English.", ZH="Chinese, simplified.")
publish(
    DeliveryStatus,
    "How far an invitation got.",
    SENT="It was sent; no device of the invitee has taken it yet.",
    DELIVERED="A device of the invitee has taken it.",
    SEEN="The invitee has looked at it.",
)
