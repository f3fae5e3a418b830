"""Who asks, read anew for each request; ids and moments as they are shown."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from benchmarks.requests.floor.databases import Connection, Database, Sql
from server.tokens import bearer, verify

ACTOR = Sql("""
    SELECT agent.organization_id, agent.role, agent.department_id, department.external, supervised.department_id
    FROM agent
    JOIN department ON department.id = agent.department_id
    LEFT JOIN department_supervisor AS supervised ON supervised.agent_id = agent.id
    WHERE agent.id = $1 AND agent.active
""")
PRESENT = "(left_at IS NULL AND (ends_at IS NULL OR ends_at > now()))"
STANDS = f"({PRESENT} OR role = 'PRIMARY' AND leave_reason = 'CONVERSATION_CLOSED')"
LEVELS = (None, "READ_ONLY", "GUIDE", "EDIT", "MANAGE", "FULL")
INVITING = LEVELS.index("MANAGE")


class Refused(Exception):
    """The asker may not do this."""


@dataclass
class Actor:
    """`department_id` is as the driver gives it."""

    id: UUID
    organization_id: UUID
    role: str
    department_id: Any
    external: bool
    supervised: list[UUID]

    @property
    def is_admin(self) -> bool:
        return self.role == "ADMIN"


async def actor_of(database: Database, connection: Connection, agent_id: UUID) -> Actor:
    rows = await connection.all(ACTOR, agent_id)
    if not rows:
        raise Refused
    organization_id, role, department_id, external, _ = rows[0]
    return Actor(
        agent_id,
        database.id(organization_id),
        role,
        department_id,
        external,
        [database.id(row[4]) for row in rows if row[4] is not None],
    )


def asker(secret: str, authorization: str | None) -> UUID:
    """Return the agent that a valid token names."""
    token = bearer(authorization)
    if token is None:
        raise Refused
    claims = verify(secret, token)
    if claims.kind != "AGENT":
        raise Refused
    return claims.subject_id


def shown(kind: str, id_: Any) -> str:
    return b64encode(f"{kind}:{id_}".encode()).decode()


def meant(kind: str, text: str) -> UUID:
    found, _, value = b64decode(text).decode().partition(":")
    if found != kind:
        raise Refused
    return UUID(value)


def told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds")[:23] + "Z"
