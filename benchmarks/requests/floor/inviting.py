"""Inviting by hand: the rows, locks and round trips of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.requests.floor.databases import Connection, Database, Sql
from benchmarks.requests.floor.log import Writing
from benchmarks.requests.floor.rights import (
    INVITING,
    LEVELS,
    STANDS,
    Actor,
    Refused,
    meant,
    shown,
    told,
)
from benchmarks.requests.floor.rules import HELD, Policy, circumstances, reasons
from domain.ids import new_id

Json = dict[str, Any]
OFFERED = {"EXPERT": 2, "COACH": 2, "OBSERVER": 1, "SCRIBE": 2, "SUPERVISOR": 4}

LOCK = Sql(f"""
    SELECT c.id FROM conversation AS c
    WHERE c.id = $1 AND c.organization_id = $2 AND (c.department_id = ANY($4) OR $5 OR EXISTS (
        SELECT 1 FROM participant WHERE conversation_id = c.id AND agent_id = $3 AND {STANDS}))
    FOR UPDATE OF c
""")
STANDING = Sql("""
    SELECT c.status, c.classes, c.seats_taken, p.id,
        CASE WHEN p.left_at IS NOT NULL THEN 1 WHEN p.level_until <= now() THEN p.base_level ELSE p.level END,
        coalesce(p.active_at, p.joined_at), now(),
        EXISTS (SELECT 1 FROM deadline WHERE conversation_id = c.id AND due_at <= (SELECT now()))
    FROM conversation AS c
    JOIN participant AS p ON p.conversation_id = c.id AND p.agent_id = $2
    WHERE c.id = $1 AND (p.left_at IS NULL AND (p.ends_at IS NULL OR p.ends_at > now())
        OR p.role = 'PRIMARY' AND p.leave_reason = 'CONVERSATION_CLOSED')
""")
SEATS = Sql("""
    UPDATE conversation SET seats_taken = seats_taken + 1, seat_limit = $2, version = version + 1 WHERE id = $1
""")
STIR = Sql("UPDATE participant SET active_at = $2, idle_warned_at = NULL WHERE id = $1")
INVITATION = Sql("""
    INSERT INTO invitation (id, organization_id, conversation_id, inviter_id, invitee_id, kind, type, role, level,
        background, status, sent_at, expires_at, group_id, pending_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'PENDING', $11, $12, $13, $11)
""")
DEADLINE = Sql(
    "INSERT INTO deadline (kind, subject_id, conversation_id, due_at) VALUES ($1, $2, $3, $4)"
)
SEE_INVITATION = Sql(f"""
    SELECT status, kind, role, level, expires_at FROM invitation AS i
    WHERE i.id = $1 AND i.organization_id = $2 AND (i.invitee_id = $3 AND i.pending_at IS NOT NULL
        OR i.inviter_id = $3 OR EXISTS (SELECT 1 FROM participant
            WHERE conversation_id = i.conversation_id AND agent_id = $3 AND {STANDS}))
""")


@dataclass
class Inviting:
    """One invitation of one colleague."""

    database: Database
    actor: Actor
    given: Json

    def __post_init__(self) -> None:
        (self.invitee,) = self.given["invitees"]
        self.conversation_id = meant("Conversation", self.given["conversationId"])
        self.invitee_id = meant("Agent", self.invitee["target"]["agentId"])
        self.id, self.level = new_id(), OFFERED[self.invitee["role"]]

    async def transaction(self, connection: Connection) -> list[dict[str, str]]:
        """Invite, or return every reason against it."""
        actor, here = self.actor, self.conversation_id
        writing = await Writing(
            self.database, connection, actor, "inviteAgents", self.given
        ).begun()
        now, classes, taken = await admitted(self.database, connection, actor, here, self.level)
        ids = [actor.id, self.invitee_id]
        rows = await connection.all(HELD, here, actor.id, actor.organization_id, ids)
        around = await circumstances(self.database, connection, actor, here, ids)
        candidate = next(row for row in rows if self.database.id(row[0]) == self.invitee_id)
        limit = around.policy.seats(classes)
        if against := reasons(actor, around, candidate, self.invitee_id, taken, limit):
            return against
        if candidate[1] != actor.department_id:
            raise Refused  # ours asks a supervisor first; no request here is of this kind
        writing.later(SEATS, here, limit)
        self._write(writing, around.policy, now)
        await self._tell(writing, now)
        return []

    def _write(self, writing: Writing, policy: Policy, now: datetime) -> None:
        given, actor, here = self.given, self.actor, self.conversation_id
        expires_at = now + timedelta(seconds=policy.validity)
        writing.later(
            INVITATION,
            *(self.id, actor.organization_id, here, actor.id, self.invitee_id, "STANDARD"),
            *(given.get("type", "EXPERT_SUPPORT"), self.invitee["role"], self.level),
            *(given.get("background"), now, expires_at, new_id()),
        )
        reminder = expires_at - timedelta(seconds=policy.reminder)
        for kind, at in (("INVITATION_EXPIRES", expires_at), ("INVITATION_REMINDS", reminder)):
            writing.later(DEADLINE, kind, self.id, here, at)

    async def _tell(self, writing: Writing, now: datetime) -> None:
        here = self.conversation_id
        streams = writing.streams(here, self.actor.id, self.invitee_id)
        created = ("InvitationCreated", {"invitation_id": str(self.id)}, streams)
        one = {"agent_id": self.invitee_id, "invitation_id": self.id, "errors": []}
        one["invitation_ids"] = [self.id]
        result = {"conversation_id": here, "invited": [one]}
        await writing.ended(now, [created], result, here)


async def invite_agents(database: Database, actor: Actor, given: Json) -> Json:
    inviting = Inviting(database, actor, given)
    against = await database.write(inviting.transaction)
    seen = None if against else await _invitation(database, actor, inviting.id)
    return {"inviteAgents": {"results": [{"invitation": seen, "errors": against}], "errors": []}}


async def admitted(
    database: Database, connection: Connection, actor: Actor, conversation_id: UUID, level: int
) -> tuple[datetime, str, int]:
    """Lock the conversation and let the asker invite; return its clock, its classes and its seats."""
    values = (actor.organization_id, actor.id, actor.supervised, actor.is_admin)
    if not await connection.all(LOCK, conversation_id, *values):
        raise Refused
    rows = await connection.all(STANDING, conversation_id, actor.id)
    if not rows:
        raise Refused
    status, classes, taken, participant_id, own, active_at, clock, overdue = rows[0]
    if status == "CLOSED" or own < INVITING or level >= own or overdue:
        raise Refused  # ours settles what is overdue; nothing here ever is
    now = database.moment(clock)
    if now - database.moment(active_at) >= timedelta(seconds=10):
        await connection.all(STIR, database.id(participant_id), now)
    return now, classes, taken


async def _invitation(database: Database, actor: Actor, invitation_id: UUID) -> Json:
    rows = await database.read(
        lambda connection: connection.all(
            SEE_INVITATION, invitation_id, actor.organization_id, actor.id
        )
    )
    status, kind, role, level, expires_at = rows[0]
    return {
        "id": shown("Invitation", invitation_id),
        "status": status,
        "kind": kind,
        "role": role,
        "level": LEVELS[level],
        "expiresAt": told(database.moment(expires_at)),
    }
