"""Accepting by hand: the rows, locks and round trips of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.requests.floor.databases import Connection, Database, Sql
from benchmarks.requests.floor.inviting import DEADLINE, SEE_INVITATION
from benchmarks.requests.floor.log import Told, Writing
from benchmarks.requests.floor.rights import (
    LEVELS,
    PRESENT,
    STANDS,
    Actor,
    Refused,
    meant,
    shown,
    told,
)
from domain.ids import new_id

Json = dict[str, Any]

ASKED = Sql(f"""
    SELECT conversation_id, invitee_id FROM invitation AS i
    WHERE i.id = $1 AND i.organization_id = $2 AND (i.invitee_id = $3 AND i.pending_at IS NOT NULL
        OR i.inviter_id = $3 OR EXISTS (SELECT 1 FROM participant
            WHERE conversation_id = i.conversation_id AND agent_id = $3 AND {STANDS}))
""")
LOCK_BEHIND = Sql("SELECT id FROM conversation WHERE id = $1 FOR UPDATE")
DUE = Sql("""
    SELECT now(), deadline.kind FROM conversation
    LEFT JOIN deadline ON deadline.conversation_id = conversation.id AND deadline.due_at <= now()
    WHERE conversation.id = $1
""")
ANSWER = Sql("""
    UPDATE invitation SET status = 'ACCEPTED', ended_at = now()
    WHERE id = $1 AND status = 'PENDING' AND expires_at > now()
    RETURNING inviter_id, role, level, ends_at, group_id
""")
UNSCHEDULE = Sql("""
    DELETE FROM deadline WHERE subject_id = $1 AND kind IN ('INVITATION_EXPIRES', 'INVITATION_REMINDS', 'DEFERRAL_ENDS')
        OR subject_id = $2 AND kind = 'DEPUTY_IS_ASKED'
""")
NOBODY_IDLE = Sql("DELETE FROM deadline WHERE subject_id = $1 AND kind = 'COLLABORATORS_IDLE'")
OTHERS = Sql("""
    SELECT id FROM invitation WHERE group_id = $1 AND status IN ('AWAITING_APPROVAL', 'PENDING') ORDER BY id
""")
LIMITS = Sql("""
    SELECT collaborations_per_agent, collaborations_per_organization, idle_warning_seconds
    FROM policy WHERE organization_id = $1
""")
COUNT_AGENT = Sql("""
    UPDATE agent SET collaborations = collaborations + 1 WHERE id = $1 AND collaborations < $2 RETURNING id
""")
ONGOING = Sql("SELECT id FROM collaboration WHERE conversation_id = $1 AND ended_at IS NULL")
COUNT_ORGANIZATION = Sql("""
    UPDATE organization SET collaborations = collaborations + 1 WHERE id = $1 AND collaborations < $2 RETURNING id
""")
COLLABORATION = Sql(
    "INSERT INTO collaboration (id, conversation_id, opened_at) VALUES ($1, $2, $3)"
)
PARTICIPANT = Sql("""
    INSERT INTO participant (id, organization_id, conversation_id, agent_id, invitation_id, collaboration_id, role, level,
        ends_at, joined_at, active_seconds)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
""")
TOUCH = Sql("UPDATE conversation SET version = version + 1 WHERE id = $1")
SEE_PART = Sql(f"""
    SELECT role, CASE WHEN level_until <= now() THEN base_level ELSE level END, joined_at
    FROM participant WHERE id = $1 AND organization_id = $2 AND agent_id = $3 AND {PRESENT}
""")


@dataclass
class Accepting:
    """One acceptance: who joins, and what is told of it."""

    database: Database
    actor: Actor
    given: Json

    def __post_init__(self) -> None:
        self.id, self.participant_id = meant("Invitation", self.given["invitationId"]), new_id()
        self.events: list[Told] = []

    async def transaction(self, connection: Connection) -> None:
        database, actor = self.database, self.actor
        writing = await Writing(database, connection, actor, "acceptInvitation", self.given).begun()
        here, now = await _to_answer(database, connection, actor, self.id)
        rows = await connection.all(ANSWER, self.id)
        if not rows:
            raise Refused
        inviter_id, role, level, ends_at, group_id = rows[0]
        await _settle(connection, self.id, database.id(group_id))
        heard = writing.streams(here, database.id(inviter_id), actor.id)
        self.events.append(("InvitationAccepted", {"invitation_id": str(self.id)}, heard))
        collaboration_id = await self._collaboration(writing, here, now)
        writing.insert(
            PARTICIPANT,
            *(self.participant_id, actor.organization_id, here, actor.id, self.id),
            *(collaboration_id, role, level, ends_at, now),
        )
        joined = {"participant_id": str(self.participant_id)}
        self.events.append(("ParticipantJoined", joined, writing.streams(here, actor.id)))
        await connection.all(TOUCH, here)
        await writing.ended(now, self.events, self._result(here, collaboration_id), here)

    async def _collaboration(self, writing: Writing, here: UUID, now: datetime) -> UUID:
        """Count one more for the agent, and return the group at work; the first to join begins it."""
        connection, organization_id = writing.connection, self.actor.organization_id
        limits = await connection.all(LIMITS, organization_id)
        per_agent, per_organization, warning = limits[0] if limits else (5, 500, 600)
        if not await connection.all(COUNT_AGENT, self.actor.id, per_agent):
            raise Refused
        if ongoing := await connection.all(ONGOING, here):
            return self.database.id(ongoing[0][0])
        if not await connection.all(COUNT_ORGANIZATION, organization_id, per_organization):
            raise Refused
        id_ = new_id()
        writing.insert(COLLABORATION, id_, here, now)
        opened = {"collaboration_id": str(id_)}
        self.events.append(("CollaborationStarted", opened, writing.streams(here)))
        await connection.all(NOBODY_IDLE, here)
        at = now + timedelta(seconds=warning)
        writing.insert(DEADLINE, "COLLABORATORS_IDLE", here, here, at)
        return id_

    def _result(self, here: UUID, collaboration_id: UUID) -> Json:
        return {
            "conversation_id": here,
            "invitation_id": self.id,
            "participant_id": self.participant_id,
            "collaboration_id": collaboration_id,
        }


async def accept_invitation(database: Database, actor: Actor, given: Json) -> Json:
    accepting = Accepting(database, actor, given)
    await database.write(accepting.transaction)
    return await _accepted(database, actor, accepting.id, accepting.participant_id)


async def _to_answer(
    database: Database, connection: Connection, actor: Actor, invitation_id: UUID
) -> tuple[UUID, datetime]:
    rows = await connection.all(ASKED, invitation_id, actor.organization_id, actor.id)
    if not rows or database.id(rows[0][1]) != actor.id:
        raise Refused
    conversation_id = database.id(rows[0][0])
    if database.folds:  # SQLite's writers take turns already
        await connection.all(LOCK_BEHIND, conversation_id)
    rows = await connection.all(DUE, conversation_id)
    if rows[0][1] is not None:
        raise Refused  # ours settles what is overdue; nothing here ever is
    return conversation_id, database.moment(rows[0][0])


async def _settle(connection: Connection, invitation_id: UUID, group_id: UUID) -> None:
    await connection.all(UNSCHEDULE, invitation_id, group_id)
    if await connection.all(OTHERS, group_id):
        raise Refused  # ours cancels those of the same group; here everybody is asked alone


async def _accepted(
    database: Database, actor: Actor, invitation_id: UUID, participant_id: UUID
) -> Json:
    async def steps(connection: Connection) -> Json:
        seen = await connection.all(SEE_INVITATION, invitation_id, actor.organization_id, actor.id)
        part = await connection.all(SEE_PART, participant_id, actor.organization_id, actor.id)
        role, level, joined_at = part[0]
        return {
            "invitation": {"id": shown("Invitation", invitation_id), "status": seen[0][0]},
            "participant": {
                "id": shown("Participant", participant_id),
                "role": role,
                "level": LEVELS[level],
                "joinedAt": told(database.moment(joined_at)),
            },
            "errors": [],
        }

    return {"acceptInvitation": await database.read(steps)}
