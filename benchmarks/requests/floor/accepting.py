"""Accepting by hand: the rows, locks and round trips of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.requests.floor.databases import Connection, Database, Sql
from benchmarks.requests.floor.inviting import SEE_INVITATION
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
    SELECT i.conversation_id, i.invitee_id FROM invitation AS i
    JOIN conversation AS c ON c.id = i.conversation_id
    WHERE i.id = $1 AND i.organization_id = $2 AND (i.invitee_id = $3 AND i.pending_at IS NOT NULL
        OR i.inviter_id = $3 OR EXISTS (SELECT 1 FROM participant
            WHERE conversation_id = i.conversation_id AND agent_id = $3 AND {STANDS}))
    FOR UPDATE OF c
""")
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
WATCH = Sql("""
    INSERT INTO deadline (kind, subject_id, conversation_id, due_at) VALUES ('COLLABORATORS_IDLE', $1, $1, $2)
    ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = excluded.due_at
""")
# The limits, the group at work, and whether others were asked for the same seat.
AROUND = Sql("""
    SELECT coalesce(collaborations_per_agent, 5), coalesce(collaborations_per_organization, 500),
        coalesce(idle_warning_seconds, 600),
        (SELECT id FROM collaboration WHERE conversation_id = $2 AND ended_at IS NULL),
        EXISTS (SELECT 1 FROM invitation AS other WHERE other.group_id = i.group_id AND other.id <> i.id
            AND other.status IN ('AWAITING_APPROVAL', 'PENDING'))
    FROM invitation AS i LEFT JOIN policy ON policy.organization_id = i.organization_id WHERE i.id = $1
""")
COUNT_AGENT = Sql("""
    UPDATE agent SET collaborations = collaborations + 1 WHERE id = $1 AND collaborations < $2 RETURNING id
""")
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
        (around,) = await connection.all(AROUND, self.id, here)
        rows = await connection.all(ANSWER, self.id)
        if not rows or around[4]:
            raise Refused  # ours cancels others of the same group; here everybody is asked alone
        inviter_id, role, level, ends_at, group_id = rows[0]
        writing.later(UNSCHEDULE, self.id, database.id(group_id))
        if not await writing.all(COUNT_AGENT, actor.id, around[0]):
            raise Refused
        heard = writing.streams(here, database.id(inviter_id), actor.id)
        self.events.append(("InvitationAccepted", {"invitation_id": str(self.id)}, heard))
        collaboration_id = await self._collaboration(writing, around, here, now)
        writing.later(
            PARTICIPANT,
            *(self.participant_id, actor.organization_id, here, actor.id, self.id),
            *(collaboration_id, role, level, ends_at, now),
        )
        joined = {"participant_id": str(self.participant_id)}
        self.events.append(("ParticipantJoined", joined, writing.streams(here, actor.id)))
        writing.later(TOUCH, here)
        await writing.ended(now, self.events, self._result(here, collaboration_id), here)

    async def _collaboration(
        self, writing: Writing, around: Sequence[Any], here: UUID, now: datetime
    ) -> UUID:
        """Return the group at work; the first to join begins it, while the organization may have one more."""
        _, limit, warning, ongoing, _ = around
        if ongoing:
            return self.database.id(ongoing)
        if not await writing.all(COUNT_ORGANIZATION, self.actor.organization_id, limit):
            raise Refused
        id_ = new_id()
        writing.later(COLLABORATION, id_, here, now)
        opened = {"collaboration_id": str(id_)}
        self.events.append(("CollaborationStarted", opened, writing.streams(here)))
        at = now + timedelta(seconds=warning)
        writing.later(WATCH, here, at)
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
    rows = await connection.all(DUE, conversation_id)
    if rows[0][1] is not None:
        raise Refused  # ours settles what is overdue; nothing here ever is
    return conversation_id, database.moment(rows[0][0])


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
