"""What a conversation stands on: the rules of its organization, and the collaboration that goes on in it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.policies import Policy
from models.conversations import collaborations, conversations
from models.database import Query, Reads
from models.organizations import policies
from models.prepared import prepared

RULES = [policies.c[rule.name] for rule in fields(Policy)]


@dataclass(frozen=True)
class Grounds:
    organization_id: UUID
    collaboration_id: UUID | None
    policy: Policy


def _grounds(_: None, conversation: Any) -> Query:
    c, g = conversations.c, collaborations.c
    ongoing = (g.conversation_id == c.id) & g.ended_at.is_(None)
    found: Query = (
        sa.select(c.organization_id, g.id, policies.c.organization_id.label("ruled"), *RULES)
        .select_from(conversations)
        .outerjoin(collaborations, ongoing)
        .outerjoin(policies, policies.c.organization_id == c.organization_id)
        .where(c.id == conversation)
    )
    return found


GROUNDS = prepared(_grounds)


async def around(reads: Reads, conversation_id: UUID) -> Grounds:
    ((organization_id, ongoing, ruled, *rules),) = await GROUNDS.all(
        reads, conversation=conversation_id
    )
    return Grounds(organization_id, ongoing, Policy(*rules) if ruled else Policy())
