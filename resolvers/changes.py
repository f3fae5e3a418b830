"""What a use case changed, as ids: small enough to be stored and replayed under an idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.cursors import Cursor
from domain.errors import Reason
from domain.streams import Stream, conversation_stream


@dataclass(frozen=True)
class Invited:
    """The outcome for one target: an invitation, of a department one for each who was asked, or the reasons against it."""

    agent_id: UUID | None = None
    invitation_id: UUID | None = None
    errors: list[Reason] = field(default_factory=list)
    department_id: UUID | None = None
    invitation_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class Contact:
    """How a customer can be reached, unmasked."""

    name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True)
class Guest:
    """Who may come into which conversation until when."""

    agent_id: UUID
    conversation_id: UUID
    until: datetime


@dataclass(frozen=True)
class Changed:
    conversation_id: UUID | None = None
    invitation_id: UUID | None = None
    participant_id: UUID | None = None
    collaboration_id: UUID | None = None
    message_id: UUID | None = None
    note_id: UUID | None = None
    offer_id: UUID | None = None
    delegation_id: UUID | None = None
    authorization_id: UUID | None = None
    stage_id: UUID | None = None
    review_id: UUID | None = None
    contact: Annotated[Contact | None, Field(exclude=True)] = None  # told once: never stored
    guest: Guest | None = None
    agent_id: UUID | None = None
    organization_id: UUID | None = None
    invite_rule_id: UUID | None = None
    lease_expires_at: datetime | None = None
    invited: list[Invited] = field(default_factory=list)
    cursor: str | None = None
    unchanged: bool = False  # all was as it was asked to be

    @property
    def refused(self) -> bool:
        """Tell whether several were asked for and every one was turned down."""
        return bool(self.invited) and all(each.errors for each in self.invited)

    def with_cursor(self, cursors: Mapping[Stream, Cursor]) -> Changed:
        """Add where the conversation's stream stands after this change."""
        if self.conversation_id is None:
            return self
        cursor = cursors.get(conversation_stream(self.conversation_id))
        return replace(self, cursor=str(cursor)) if cursor else self
