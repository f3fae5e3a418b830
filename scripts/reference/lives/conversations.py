"""The lives of a conversation and of the collaboration in it."""

from __future__ import annotations

from domain.conversations import ConversationStatus
from scripts.reference.machines import CLOCK, SERVICE, Machine, Step, machine


def conversation() -> Machine:
    opened, held, closed = ConversationStatus
    close, primary = "closeConversation", "the primary"
    steps = [
        Step(opened, held, "pause", primary, "pauseConversation"),
        Step(held, opened, "resume", primary, "resumeConversation"),
        Step(held, opened, "resumesAt", CLOCK, "", "at `hold.resumesAt`"),
        Step(opened, closed, "close", primary, close, "for good"),
        Step(held, closed, "close", primary, close, "for good"),
    ]
    return machine(
        "conversation",
        "Conversation",
        "It begins with `openConversation`.",
        steps,
        ConversationStatus,
    )


def collaboration() -> Machine:
    going, ended = "going on", "ended"
    primary = "the primary"
    steps = [
        Step(going, ended, "end", primary, "endCollaboration", "`outcome` is compulsory"),
        Step(going, ended, "close", primary, "closeConversation", "`outcome` if it was given"),
        Step(going, ended, "last leaves", SERVICE, "", "nobody but the primary is left: no `outcome`"),
    ]  # fmt: skip
    return machine(
        "collaboration", "Collaboration", "It begins with the first `acceptInvitation`.", steps
    )
