"""The two mutations by hand: the rows, locks and round trips of ours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.requests.floor.databases import Connection, Database, Sql
from benchmarks.requests.floor.log import Writing
from benchmarks.requests.floor.rights import (
    INVITING,
    LEVELS,
    PRESENT,
    STANDS,
    Actor,
    Refused,
    meant,
    shown,
    told,
)
from benchmarks.requests.floor.rules import HELD, circumstances, reasons
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
    UPDATE conversation SET seats_taken = seats_taken + 1, seat_limit = $2, version = version + 1
    WHERE id = $1 AND seats_taken + 1 <= $2 RETURNING id
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


async def invite_agents(database: Database, actor: Actor, given: Json) -> Json:
    (invitee,) = given["invitees"]
    conversation_id = meant("Conversation", given["conversationId"])
    invitee_id = meant("Agent", invitee["target"]["agentId"])
    invitation_id, level = new_id(), OFFERED[invitee["role"]]

    async def transaction(connection: Connection) -> list[Json]:
        writing = await Writing(database, connection, actor, "inviteAgents", given).begun()
        now, classes, taken = await admitted(database, connection, actor, conversation_id, level)
        ids = [actor.id, invitee_id]
        rows = await connection.all(HELD, conversation_id, actor.id, actor.organization_id, ids)
        around = await circumstances(database, connection, actor, conversation_id, ids)
        found = {database.id(row[0]): row for row in rows}
        policy, limit = around.policy, around.policy.seats(classes)
        against = reasons(actor, around, found[invitee_id], invitee_id, taken, limit)
        if against:
            return against
        if found[invitee_id][1] != actor.department_id:
            raise Refused  # ours asks a supervisor first; no request here is of this kind
        if not await connection.all(SEATS, conversation_id, limit):
            raise Refused
        expires_at = now + timedelta(seconds=policy.validity)
        writing.insert(
            INVITATION,
            *(invitation_id, actor.organization_id, conversation_id, actor.id, invitee_id),
            *("STANDARD", given.get("type", "EXPERT_SUPPORT"), invitee["role"], level),
            *(given.get("background"), now, expires_at, new_id()),
        )
        reminder = expires_at - timedelta(seconds=policy.reminder)
        due = [("INVITATION_EXPIRES", expires_at), ("INVITATION_REMINDS", reminder)]
        for kind, at in due:
            writing.insert(DEADLINE, kind, invitation_id, conversation_id, at)
        facts = {"invitation_id": str(invitation_id)}
        streams = writing.streams(conversation_id, actor.id, invitee_id)
        one = {"agent_id": invitee_id, "invitation_id": invitation_id, "errors": []}
        one["invitation_ids"] = [invitation_id]
        result = {"conversation_id": conversation_id, "invited": [one]}
        await writing.ended(now, [("InvitationCreated", facts, streams)], result, conversation_id)
        return []

    against = await database.write(transaction)
    seen = None if against else await _invitation(database, actor, invitation_id)
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
    if now - database.moment(active_at) >= timedelta(seconds=30):
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


async def accept_invitation(database: Database, actor: Actor, given: Json) -> Json:
    invitation_id = meant("Invitation", given["invitationId"])

    async def transaction(connection: Connection) -> UUID:
        writing = await Writing(database, connection, actor, "acceptInvitation", given).begun()
        conversation_id, now = await _to_answer(database, connection, actor, invitation_id)
        rows = await connection.all(ANSWER, invitation_id)
        if not rows:
            raise Refused
        inviter_id, role, level, ends_at, group_id = rows[0]
        await _settle(connection, invitation_id, database.id(group_id))
        limits = await connection.all(LIMITS, actor.organization_id)
        per_agent, per_organization, warning = limits[0] if limits else (5, 500, 600)
        if not await connection.all(COUNT_AGENT, actor.id, per_agent):
            raise Refused
        events = [
            (
                "InvitationAccepted",
                {"invitation_id": str(invitation_id)},
                writing.streams(conversation_id, database.id(inviter_id), actor.id),
            )
        ]
        ongoing = await connection.all(ONGOING, conversation_id)
        collaboration_id = database.id(ongoing[0][0]) if ongoing else new_id()
        if not ongoing:
            if not await connection.all(
                COUNT_ORGANIZATION, actor.organization_id, per_organization
            ):
                raise Refused
            writing.insert(COLLABORATION, collaboration_id, conversation_id, now)
            opened = {"collaboration_id": str(collaboration_id)}
            events.append(("CollaborationStarted", opened, writing.streams(conversation_id)))
            await connection.all(NOBODY_IDLE, conversation_id)
            at = now + timedelta(seconds=warning)
            writing.insert(DEADLINE, "COLLABORATORS_IDLE", conversation_id, conversation_id, at)
        participant_id = new_id()
        writing.insert(
            PARTICIPANT,
            *(participant_id, actor.organization_id, conversation_id, actor.id, invitation_id),
            *(collaboration_id, role, level, ends_at, now),
        )
        joined = {"participant_id": str(participant_id)}
        events.append(("ParticipantJoined", joined, writing.streams(conversation_id, actor.id)))
        await connection.all(TOUCH, conversation_id)
        result = {
            "conversation_id": conversation_id,
            "invitation_id": invitation_id,
            "participant_id": participant_id,
            "collaboration_id": collaboration_id,
        }
        await writing.ended(now, events, result, conversation_id)
        return participant_id

    participant_id = await database.write(transaction)
    return await _accepted(database, actor, invitation_id, participant_id)


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
