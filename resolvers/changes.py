"""What a use case changed, as ids: small enough to be stored and replayed under an idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Invited:
    """The outcome for one invitee: an invitation, or the facts of every refusal."""

    agent_id: UUID
    invitation_id: UUID | None = None
    refusals: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Changed:
    conversation_id: UUID | None = None
    invitation_id: UUID | None = None
    participant_id: UUID | None = None
    collaboration_id: UUID | None = None
    message_id: UUID | None = None
    note_id: UUID | None = None
    agent_id: UUID | None = None
    lease_expires_at: datetime | None = None
    invited: list[Invited] = field(default_factory=list)
    cursors: Mapping[str, str] = field(default_factory=dict)
