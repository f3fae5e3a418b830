"""What every mutation writes beside its rows: its key, its events with their sequences, and its entry in the audit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
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

CLAIM = Sql("""
    INSERT INTO idempotency (actor_id, operation, key, fingerprint, created_at) VALUES ($1, $2, $3, $4, now())
    ON CONFLICT (actor_id, operation, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, result = NULL, created_at = excluded.created_at
        WHERE idempotency.created_at < ago(86400)
    RETURNING key
""")
KEEP = Sql("UPDATE idempotency SET result = $4 WHERE actor_id = $1 AND operation = $2 AND key = $3")
# PostgreSQL moves the streams, locked in the order of their ids, and writes the events in one statement.
COUNTING_AND_TELLING = """
    held AS (SELECT id FROM stream WHERE id = ANY($1) ORDER BY id FOR UPDATE),
    counted AS (UPDATE stream SET head = head + more.events FROM held
        JOIN unnest($1::uuid[], $2::int[]) AS more (id, events) ON more.id = held.id
        WHERE stream.id = held.id RETURNING stream.id, head, epoch),
    told AS (INSERT INTO event (stream_id, seq, event_id, type, payload, actor_kind, actor_id, occurred_at)
        SELECT news.stream_id, counted.head - news.behind, news.event_id, news.type, news.payload, 'AGENT', $3, $4
        FROM unnest($5::uuid[], $6::int[], $7::uuid[], $8::text[], $9::text[])
            AS news (stream_id, behind, event_id, type, payload)
        JOIN counted ON counted.id = news.stream_id)
    SELECT id, head, epoch FROM counted
"""
TELLING = Sql(f"WITH {COUNTING_AND_TELLING}")
EVENT = Sql("""
    INSERT INTO event (stream_id, seq, event_id, type, payload, actor_kind, actor_id, occurred_at)
    VALUES ($1, $2, $3, $4, $5, 'AGENT', $6, $7)
""")
CHAIN = Sql("SELECT head, digest FROM audit_chain WHERE organization_id = $1")
BEGIN_CHAIN = Sql("""
    INSERT INTO audit_chain (organization_id, head, digest) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING
""")
CHAINED = Sql("""
    INSERT INTO audit_entry (id, organization_id, seq, actor_kind, actor_id, operation, outcome, subject_kind, subject_id,
        facts, occurred_at, digest)
    SELECT $2, organization_id, head + 1, 'AGENT', $3, $4, 'OK', $5, $6, $7, $8,
        sha256(convert_to('["' || encode(digest, 'hex') || '", ' || head + 1 || ', ' || $9::text, 'UTF8'))
    FROM audit_chain WHERE organization_id = $1 FOR UPDATE RETURNING seq
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


@cache
def folded(rows: tuple[Sql, ...], last: str) -> Sql:
    """Return one statement that does all of them, its parameters numbered through."""
    parts, so_far = [], 0
    for place, sql in enumerate(rows):
        parts.append(f"row_{place} AS ({_shifted(sql.postgresql, so_far)})")
        so_far += sql.parameters
    ending = (", " if last.lstrip().startswith("held AS") else " ") + _shifted(last, so_far)
    return Sql(f"WITH {', '.join(parts)}{ending}")


def _shifted(text: str, by: int) -> str:
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + by}", text)


class Writing:
    """One mutation with an idempotency key, from claiming it to the audit."""

    def __init__(
        self, database: Database, connection: Connection, actor: Actor, operation: str, given: Json
    ) -> None:
        self.database, self.connection = database, connection
        self.actor, self.operation, self.given = actor, operation, given
        self.key = (actor.id, operation, given["idempotencyKey"])
        self.rows: list[tuple[Sql, tuple[Any, ...]]] = []

    async def begun(self) -> Writing:
        """Claim the key."""
        asked = {name: each for name, each in self.given.items() if name != "idempotencyKey"}
        text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
        if not await self.connection.all(CLAIM, *self.key, hashlib.sha256(text).hexdigest()):
            raise Refused  # ours replays the result; here every key is new
        return self

    def later(self, sql: Sql, *values: Any) -> None:
        """Note what nobody waits for; it is done with the next statement where the database can, else just before it."""
        self.rows.append((sql, values))

    async def all(self, sql: Sql, *values: Any) -> Sequence[Any]:
        """Run a statement, with it what was noted."""
        return await self._with_rows(sql, sql.postgresql, *values)

    async def _with_rows(self, sql: Sql, last: str, *values: Any) -> Sequence[Any]:
        rows, self.rows = self.rows, []
        if not self.database.folds:
            for each, its in rows:
                await self.connection.all(each, *its)
        elif rows:
            noted = [value for _, its in rows for value in its]
            statement = folded(tuple(each for each, _ in rows), last)
            return await self.connection.all(statement, *noted, *values)
        return await self.connection.all(sql, *values)

    def streams(self, conversation_id: UUID, *agents: UUID) -> list[UUID]:
        return [conversation_stream(conversation_id).id, *(inbox(agent).id for agent in agents)]

    async def ended(
        self, now: datetime, events: Sequence[Told], result: Json, conversation_id: UUID
    ) -> None:
        """Write the events, keep the result under the key, and note it in the audit, whose lock is the last one."""
        own = conversation_stream(conversation_id).id
        result["cursor"] = str((await self._events(now, events))[own])
        self.later(KEEP, *self.key, orjson.dumps(result, default=str).decode())
        await self._audit(now)

    async def _events(self, now: datetime, events: Sequence[Told]) -> dict[UUID, Cursor]:
        news: dict[UUID, list[tuple[UUID, str, str]]] = {}
        for kind, facts, streams in events:
            one = (new_id(), kind, orjson.dumps(facts).decode())
            for stream in streams:
                news.setdefault(stream, []).append(one)
        write = self._folded if self.database.folds else self._one_by_one
        cursors = {}
        for id_, head, epoch in await write(now, news):
            stream, newest = self.database.id(id_), news[self.database.id(id_)][-1][0]
            cursors[stream] = Cursor(stream, head, digest_of(newest), self.database.id(epoch))
        return cursors

    async def _folded(
        self, now: datetime, news: dict[UUID, list[tuple[UUID, str, str]]]
    ) -> Sequence[Any]:
        told = [
            (stream, len(each) - place, *one)
            for stream, each in news.items()
            for place, one in enumerate(each, 1)
        ]
        columns = [list(column) for column in zip(*told, strict=True)]
        counts = [len(each) for each in news.values()]
        values = (list(news), counts, self.actor.id, now, *columns)
        return await self._with_rows(TELLING, COUNTING_AND_TELLING, *values)

    async def _one_by_one(
        self, now: datetime, news: dict[UUID, list[tuple[UUID, str, str]]]
    ) -> Sequence[Any]:
        counts = [value for stream, told in news.items() for value in (stream, len(told))]
        counted = await self.all(COUNTING[len(news)], *counts)
        rows = [
            (id_, place, *one, self.actor.id, now)
            for id_, head, _ in counted
            for told in [news[self.database.id(id_)]]
            for place, one in enumerate(told, head - len(told) + 1)
        ]
        await self.connection.many(EVENT, [(UUID(str(row[0])), *row[1:]) for row in rows])
        return counted

    async def _audit(self, now: datetime) -> None:
        organization_id, id_ = self.actor.organization_id, new_id()
        at = now.replace(microsecond=now.microsecond // 1000 * 1000)
        kind, subject, facts = _about(self.given)
        words = [str(id_), at.astimezone(UTC).isoformat(timespec="milliseconds")]
        words += [str(organization_id), "AGENT", str(self.actor.id)]
        words += [self.operation, "OK", kind, str(subject), facts]
        said = json.dumps(words)[1:]
        entry = (self.actor.id, self.operation, kind, subject, facts, at)
        chain = self._chained if self.database.folds else self._chained_by_hand
        if not await chain(organization_id, id_, entry, said):
            await self.connection.all(BEGIN_CHAIN, organization_id, bytes(32))
            await chain(organization_id, id_, entry, said)

    async def _chained(
        self, organization_id: UUID, id_: UUID, entry: tuple[Any, ...], said: str
    ) -> bool:
        return bool(await self.all(CHAINED, organization_id, id_, *entry, said))

    async def _chained_by_hand(
        self, organization_id: UUID, id_: UUID, entry: tuple[Any, ...], said: str
    ) -> bool:
        rows = await self.all(CHAIN, organization_id)
        for head, digest in rows:
            sealed = f'["{digest.hex()}", {head + 1}, {said}'.encode()
            last = hashlib.sha256(sealed).digest()
            await self.connection.all(ENTRY, id_, organization_id, head + 1, *entry, last)
        return bool(rows)


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
