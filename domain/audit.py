"""The audit's chain: the digest of each entry covers the entry and the digest before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from domain.actors import ActorKind

DONE = "OK"
BEGINNING = bytes(32)


@dataclass(frozen=True)
class Act:
    """What somebody did or tried. `outcome` is OK, or the codes of the refusal; `facts` is JSON."""

    organization_id: UUID
    actor_kind: ActorKind
    actor_id: UUID | None
    operation: str
    outcome: str = DONE
    subject_kind: str | None = None
    subject_id: UUID | None = None
    facts: str = "{}"


def to_the_millisecond(moment: datetime) -> datetime:
    """Return the moment as both databases give it back to the last digit."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def seal(previous: bytes, seq: int, said: str) -> bytes:
    """Return an entry's digest: SHA-256 of the digest before it and of everything the entry says."""
    return sha256(f'["{previous.hex()}", {seq}, {said}'.encode()).digest()


def said(id_: UUID, occurred_at: datetime, act: Act) -> str:
    """Return what an entry says, as the rest of a JSON list."""
    words = [
        str(id_),
        occurred_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        *(str(act.organization_id), str(act.actor_kind), _text(act.actor_id)),
        *(act.operation, act.outcome, act.subject_kind, _text(act.subject_id), act.facts),
    ]
    return json.dumps(words)[1:]


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)
