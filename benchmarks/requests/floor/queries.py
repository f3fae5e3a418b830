"""The two queries by hand."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from benchmarks.requests.floor.databases import Connection, Database, Sql
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
from benchmarks.requests.floor.rules import PRESENCE, SEEN, circumstances, reasons

Json = dict[str, Any]

COLLEAGUES = Sql(f"""
    SELECT agent.id, agent.department_id, agent.name, agent.title, {PRESENCE}
    FROM agent
    WHERE checked(agent.organization_id) = $1 AND agent.active AND {PRESENCE} <> 'OFFLINE'
        AND agent.department_id = ANY($2)
        AND (SELECT count(*) FROM agent_skill WHERE agent_id = agent.id AND skill_id = ANY($3)) = $4
    ORDER BY agent.name, agent.id LIMIT $5
""")
DEPARTMENTS = Sql(
    "SELECT id, name FROM department WHERE checked(organization_id) = $1 AND id = ANY($2)"
)
SKILLS = Sql("""
    SELECT agent_skill.agent_id, agent_skill.level, skill.id, skill.name
    FROM agent_skill JOIN skill ON skill.id = agent_skill.skill_id
    WHERE agent_skill.agent_id = ANY($1) ORDER BY agent_skill.level DESC, skill.slug
""")
LOADS = Sql(f"""
    SELECT agent.id, agent.collaborations,
        coalesce((SELECT collaborations_per_agent FROM policy WHERE organization_id = agent.organization_id), 5),
        (SELECT count(*) FROM participant WHERE agent_id = agent.id AND role = 'PRIMARY' AND {PRESENT})
    FROM agent WHERE agent.id = ANY($1)
""")
# The conversation, if the asker takes part in it or oversees it: $4 are the departments, $5 is an admin's.
DOOR = Sql(f"""
    SELECT c.subject, CASE WHEN c.status = 'ON_HOLD' AND NOT EXISTS (SELECT 1 FROM hold
            WHERE conversation_id = c.id AND ended_at IS NULL AND resumes_at > now())
        THEN 'OPEN' ELSE c.status END,
        c.classes, c.version, c.seats_taken
        - (SELECT count(*) FROM participant WHERE conversation_id = c.id AND left_at IS NULL AND ends_at <= now())
        - (SELECT count(DISTINCT i.group_id) FROM invitation AS i WHERE i.conversation_id = c.id
            AND i.status IN ('AWAITING_APPROVAL', 'PENDING') AND i.expires_at <= now()
            AND NOT EXISTS (SELECT 1 FROM invitation AS o WHERE o.group_id = i.group_id
                AND o.status IN ('AWAITING_APPROVAL', 'PENDING') AND o.expires_at > now())),
        (SELECT CASE WHEN left_at IS NOT NULL THEN 1 WHEN level_until <= now() THEN base_level ELSE level END
            FROM participant WHERE conversation_id = c.id AND agent_id = $3 AND {STANDS})
    FROM conversation AS c
    WHERE c.id = $1 AND c.organization_id = $2 AND (c.department_id = ANY($4) OR $5 OR EXISTS (
        SELECT 1 FROM participant WHERE conversation_id = c.id AND agent_id = $3 AND {STANDS}))
""")
PEOPLE = Sql(f"""
    SELECT id, agent_id, role, CASE WHEN level_until <= now() THEN base_level ELSE level END, joined_at
    FROM participant WHERE conversation_id = $1 AND {PRESENT} ORDER BY joined_at, id LIMIT 21
""")
PENDING = Sql("""
    SELECT id, status, role, expires_at, inviter_id, invitee_id
    FROM invitation WHERE conversation_id = $1 AND status = 'PENDING' AND expires_at > now()
    ORDER BY sent_at DESC, id DESC LIMIT 21
""")
NOTES = Sql("""
    SELECT id, kind, text, version, posted_at, edited_at, author_id
    FROM internal_note WHERE conversation_id = $1 ORDER BY posted_at DESC, id DESC LIMIT 21
""")
NAMES = Sql(f"""
    SELECT agent.id, agent.name, {PRESENCE} FROM agent WHERE checked(agent.organization_id) = $1 AND agent.id = ANY($2)
""")


async def door(
    database: Database, connection: Connection, actor: Actor, conversation_id: UUID
) -> Sequence[Any] | None:
    """Return subject, status, classes, version, seats held and the asker's level; None where it is not theirs."""
    rows = await connection.all(
        DOOR,
        conversation_id,
        actor.organization_id,
        actor.id,
        actor.supervised,
        actor.is_admin,
    )
    return rows[0] if rows else None


async def online_agents(
    database: Database, connection: Connection, actor: Actor, given: Json
) -> Json:
    if actor.external:
        raise Refused
    departments = [meant("Department", each) for each in given["departments"]]
    skills = [meant("Skill", each) for each in given["skills"]]
    size = given["first"]
    if not 0 <= size <= 100:
        raise Refused
    rows = await connection.all(
        COLLEAGUES, actor.organization_id, departments, skills, len(set(skills)), size + 1
    )
    found = rows[:size]
    ids = [database.id(row[0]) for row in found]
    conversation_id = meant("Conversation", given["conversation"])
    eligible = await eligibilities(database, connection, actor, conversation_id, ids)
    names = await _departments(database, connection, actor, found)
    loads = {row[0]: row for row in await connection.all(LOADS, ids)}
    skilled = await _skills(database, connection, ids)
    nodes = [
        {
            "id": shown("Agent", id_),
            "name": row[2],
            "title": row[3],
            "presence": row[4],
            "department": names[row[1]],
            "skills": skilled[id_],
            "load": _load(loads[row[0]]),
            "eligibility": eligible[id_],
        }
        for id_, row in zip(ids, found, strict=True)
    ]
    end = cursor(found[-1][2], ids[-1]) if found else None
    return {
        "onlineAgents": {
            "nodes": nodes,
            "pageInfo": {"hasNextPage": len(rows) > size, "endCursor": end},
        }
    }


def cursor(name: str, id_: UUID) -> str:
    return urlsafe_b64encode(orjson.dumps([name, str(id_)])).rstrip(b"=").decode()


def _load(row: Sequence[Any]) -> Json:
    return {"collaborations": row[1], "capacity": row[2], "primaryConversations": row[3]}


async def _departments(
    database: Database, connection: Connection, actor: Actor, found: Sequence[Any]
) -> Mapping[Any, Json]:
    wanted = [database.id(id_) for id_ in {row[1] for row in found}]
    rows = await connection.all(DEPARTMENTS, actor.organization_id, wanted)
    return {id_: {"id": shown("Department", database.id(id_)), "name": name} for id_, name in rows}


async def _skills(
    database: Database, connection: Connection, ids: list[UUID]
) -> Mapping[UUID, list[Json]]:
    skilled: dict[UUID, list[Json]] = {id_: [] for id_ in ids}
    for agent_id, level, id_, name in await connection.all(SKILLS, ids):
        skill = {"id": shown("Skill", database.id(id_)), "name": name}
        skilled[database.id(agent_id)].append({"level": level, "skill": skill})
    return skilled


async def eligibilities(
    database: Database,
    connection: Connection,
    actor: Actor,
    conversation_id: UUID,
    ids: list[UUID],
) -> Mapping[UUID, Json]:
    here = await door(database, connection, actor, conversation_id)
    if here is None or here[1] == "CLOSED" or (here[5] or 0) < INVITING:
        raise Refused  # ours tells the reason for each colleague; no request here is of this kind
    around = await circumstances(database, connection, actor, conversation_id, ids)
    limit = around.policy.seats(here[2])
    rows = await connection.all(SEEN, conversation_id, actor.id, actor.organization_id, ids)
    found = {}
    for row in rows:
        id_ = database.id(row[0])
        against = reasons(actor, around, row, id_, here[4], limit)
        own = row[1] == actor.department_id
        kind = "EXTERNAL_EXPERT" if row[2] else "STANDARD" if own else "CROSS_DEPARTMENT"
        found[id_] = {
            "canInvite": not against,
            "kind": kind,
            "approvalNeeded": kind == "CROSS_DEPARTMENT",
            "reasons": against,
        }
    return found


async def conversation(
    database: Database, connection: Connection, actor: Actor, given: Json
) -> Json:
    id_ = meant("Conversation", given["id"])
    here = await door(database, connection, actor, id_)
    if here is None:
        return {"conversation": None}
    subject, status, _, version, _, level = here
    inside = level is not None
    people = await connection.all(PEOPLE, id_)
    pending = await connection.all(PENDING, id_) if inside else None
    notes = await connection.all(NOTES, id_) if inside else None
    names = await _names(database, connection, actor, people, pending, notes)
    return {
        "conversation": {
            "id": given["id"],
            "subject": subject if inside else None,
            "status": status,
            "version": version,
            "viewerLevel": LEVELS[level] if inside else None,
            "participants": {"nodes": [_part(database, row, names) for row in people[:20]]},
            "invitations": pending
            and {"nodes": [_offer(database, row, names) for row in pending[:20]]},
            "notes": notes
            and {"nodes": [_note(database, row, names) for row in reversed(notes[:20])]},
        }
    }


async def _names(
    database: Database, connection: Connection, actor: Actor, people: Any, pending: Any, notes: Any
) -> Mapping[Any, tuple[str, str, str]]:
    wanted = {row[1] for row in people} | {row[6] for row in notes or ()}
    wanted |= {row[4] for row in pending or ()} | {row[5] for row in pending or ()}
    ids = [database.id(id_) for id_ in wanted]
    rows = await connection.all(NAMES, actor.organization_id, ids)
    return {id_: (shown("Agent", database.id(id_)), name, at) for id_, name, at in rows}


def _part(
    database: Database, row: Sequence[Any], names: Mapping[Any, tuple[str, str, str]]
) -> Json:
    id_, name, presence = names[row[1]]
    return {
        "id": shown("Participant", database.id(row[0])),
        "role": row[2],
        "level": LEVELS[row[3]],
        "joinedAt": told(database.moment(row[4])),
        "agent": {"id": id_, "name": name, "presence": presence},
    }


def _offer(
    database: Database, row: Sequence[Any], names: Mapping[Any, tuple[str, str, str]]
) -> Json:
    by, to = names[row[4]], names[row[5]]
    return {
        "id": shown("Invitation", database.id(row[0])),
        "status": row[1],
        "role": row[2],
        "expiresAt": told(database.moment(row[3])),
        "inviter": {"id": by[0], "name": by[1]},
        "invitee": {"id": to[0], "name": to[1]},
    }


def _note(
    database: Database, row: Sequence[Any], names: Mapping[Any, tuple[str, str, str]]
) -> Json:
    author = names[row[6]]
    return {
        "id": shown("InternalNote", database.id(row[0])),
        "kind": row[1],
        "text": row[2],
        "version": row[3],
        "postedAt": told(database.moment(row[4])),
        "editedAt": told(row[5] and database.moment(row[5])),
        "author": {"id": author[0], "name": author[1]},
    }
