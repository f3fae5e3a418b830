"""What every mutation writes beside its rows: its key, its events with their sequences, and its entry in the audit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from benchmarks.requests.floor.databases import Connection, Database, Sql
from benchmarks.requests.floor.rights import Actor, Refused, meant
from domain.cursors import Cursor, digest_of
from domain.ids import new_id
from domain.streams import conversation_stream, inbox

Json = dict[str, Any]
Told = tuple[str, Json, list[UUID]]  # an event's type, its facts, and the streams that hear of it

CLOCK = Sql("SELECT now()")
OLD_KEY = Sql(
    "DELETE FROM idempotency WHERE actor_id = $1 AND operation = $2 AND key = $3 AND created_at < $4"
)
CLAIM = Sql("""
    INSERT INTO idempotency (actor_id, operation, key, fingerprint, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING key
""")
KEEP = Sql("UPDATE idempotency SET result = $4 WHERE actor_id = $1 AND operation = $2 AND key = $3")
EVENT = Sql("""
    INSERT INTO event (stream_id, seq, event_id, type, payload, actor_kind, actor_id, occurred_at)
    VALUES ($1, $2, $3, $4, $5, 'AGENT', $6, $7)
""")
CHAIN = Sql("SELECT head, digest FROM audit_chain WHERE organization_id = $1 FOR UPDATE")
BEGIN_CHAIN = Sql("""
    INSERT INTO audit_chain (organization_id, head, digest) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING
""")
ENTRY = Sql("""
    INSERT INTO audit_entry (id, organization_id, seq, actor_kind, actor_id, operation, outcome, subject_kind, subject_id,
        facts, occurred_at, digest)
    VALUES ($1, $2, $3, 'AGENT', $4, $5, 'OK', $6, $7, $8, $9, $10)
""")


def counting(streams: int) -> Sql:
    """Return the one statement that moves so many streams, which PostgreSQL locks in the order of their ids first."""
    numbers = range(1, 2 * streams, 2)
    cases = " ".join(f"WHEN id = ${n} THEN CAST(${n + 1} AS bigint)" for n in numbers)
    ids = ", ".join(f"${n}" for n in numbers)
    locked = f"(SELECT id FROM stream WHERE id IN ({ids}) ORDER BY id FOR UPDATE)"
    return Sql(
        f"UPDATE stream SET head = head + CASE {cases} END WHERE id IN {locked} RETURNING id, head, epoch"
    )


COUNTING = {n: counting(n) for n in range(1, 5)}


class Writing:
    """One mutation with an idempotency key, from claiming it to the audit."""

    def __init__(
        self, database: Database, connection: Connection, actor: Actor, operation: str, given: Json
    ) -> None:
        self.database, self.connection = database, connection
        self.actor, self.operation, self.given = actor, operation, given
        self.key = (actor.id, operation, given["idempotencyKey"])

    async def begun(self) -> Writing:
        """Claim the key."""
        now = self.database.moment((await self.connection.all(CLOCK))[0][0])
        asked = {name: each for name, each in self.given.items() if name != "idempotencyKey"}
        text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
        await self.connection.all(OLD_KEY, *self.key, now - timedelta(hours=24))
        claimed = (*self.key, hashlib.sha256(text).hexdigest(), now)
        if not await self.connection.all(CLAIM, *claimed):
            raise Refused  # ours replays the result; here every key is new
        return self

    def streams(self, conversation_id: UUID, *agents: UUID) -> list[UUID]:
        return [conversation_stream(conversation_id).id, *(inbox(agent).id for agent in agents)]

    async def ended(
        self, now: datetime, events: Sequence[Told], result: Json, conversation_id: UUID
    ) -> None:
        """Write the events, keep the result under the key, and note it in the audit, whose lock is the last one."""
        own = conversation_stream(conversation_id).id
        result["cursor"] = str((await self._events(now, events))[own])
        await self.connection.all(KEEP, *self.key, orjson.dumps(result, default=str).decode())
        await self._audit(now)

    async def _events(self, now: datetime, events: Sequence[Told]) -> dict[UUID, Cursor]:
        news: dict[UUID, list[tuple[UUID, str, Json]]] = {}
        for kind, facts, streams in events:
            id_ = new_id()
            for stream in streams:
                news.setdefault(stream, []).append((id_, kind, facts))
        counts = [value for stream, told in news.items() for value in (stream, len(told))]
        rows, cursors = [], {}
        for id_, head, epoch in await self.connection.all(COUNTING[len(news)], *counts):
            stream = self.database.id(id_)
            told = news[stream]
            for place, (event_id, kind, facts) in enumerate(told, head - len(told) + 1):
                text = orjson.dumps(facts).decode()
                rows.append((stream, place, event_id, kind, text, self.actor.id, now))
            digest = digest_of(told[-1][0])
            cursors[stream] = Cursor(stream, head, digest, self.database.id(epoch))
        await self.connection.many(EVENT, rows)
        return cursors

    async def _audit(self, now: datetime) -> None:
        organization_id = self.actor.organization_id
        at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        rows = await self.connection.all(CHAIN, organization_id)
        if not rows:
            await self.connection.all(BEGIN_CHAIN, organization_id, bytes(32))
            rows = await self.connection.all(CHAIN, organization_id)
        head, digest = rows[0]
        kind, subject, facts = _about(self.given)
        id_ = new_id()
        sealed = self._sealed(digest, head + 1, id_, at, (kind, str(subject), facts))
        said = (self.actor.id, self.operation, kind, subject, facts, at, sealed)
        await self.connection.all(ENTRY, id_, organization_id, head + 1, *said)

    def _sealed(
        self, digest: bytes, seq: int, id_: UUID, at: datetime, about: tuple[str, str, str]
    ) -> bytes:
        """Return the digest that follows in the chain."""
        kind, subject, facts = about
        who = (str(self.actor.organization_id), "AGENT", str(self.actor.id))
        words = [digest.hex(), seq, str(id_), at.astimezone(UTC).isoformat(timespec="milliseconds")]
        words += [*who, self.operation, "OK", kind, subject, facts]
        return hashlib.sha256(json.dumps(words).encode()).digest()


def _about(given: Json) -> tuple[str, UUID, str]:
    """Return what the audit keeps of the input."""
    if "invitationId" in given:
        facts = {"invitation_id": given["invitationId"]}
        return (
            "Invitation",
            meant("Invitation", given["invitationId"]),
            orjson.dumps(facts).decode(),
        )
    (invitee,) = given["invitees"]
    facts = {
        "conversation_id": given["conversationId"],
        "invitees.0.target.agent_id": invitee["target"]["agentId"],
        "invitees.0.role": invitee["role"],
        "type": given.get("type", "EXPERT_SUPPORT"),
        "emergency": str(given.get("emergency", False)),
    }
    subject = meant("Conversation", given["conversationId"])
    return "Conversation", subject, orjson.dumps(facts).decode()
