"""Streams: what is told, in order, to those of one audience."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from uuid import UUID, uuid5

STREAMS = UUID("b0a2a9c4-5d0e-4ad1-9d53-6a8f0d6f3f1e")


class StreamKind(StrEnum):
    """CONVERSATION and NOTES are for participants, CUSTOMER for the customer, INBOX for one agent."""

    CONVERSATION = "CONVERSATION"
    NOTES = "NOTES"
    CUSTOMER = "CUSTOMER"
    INBOX = "INBOX"


@dataclass(frozen=True)
class Stream:
    """A stream is named by its kind and owner: a conversation, or an agent for INBOX."""

    kind: StreamKind
    owner_id: UUID

    @cached_property
    def id(self) -> UUID:
        return uuid5(STREAMS, f"{self.kind}:{self.owner_id}")


def conversation_stream(conversation_id: UUID) -> Stream:
    return Stream(StreamKind.CONVERSATION, conversation_id)


def notes_stream(conversation_id: UUID) -> Stream:
    return Stream(StreamKind.NOTES, conversation_id)


def customer_stream(conversation_id: UUID) -> Stream:
    return Stream(StreamKind.CUSTOMER, conversation_id)


def inbox(agent_id: UUID) -> Stream:
    return Stream(StreamKind.INBOX, agent_id)


def presence_of(organization_id: UUID) -> UUID:
    """Return the name under which changes of presence wake; it is no stream, and nothing of it is kept."""
    return uuid5(STREAMS, f"PRESENCE:{organization_id}")
