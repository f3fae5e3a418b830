"""From what a token says to who asks: role, department and rights are read, never believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import (
    INTEGRATION_RIGHTS,
    OUTSIDER_RIGHTS,
    ROLE_RIGHTS,
    Actor,
    ActorKind,
    OrganizationRole,
)
from domain.invitations import InvitationStatus
from models.agents import agents, integrations
from models.conversations import conversations, participants
from models.database import Query, Reads
from models.invitations import invitations
from models.organizations import department_supervisors, departments
from models.prepared import given, prepared
from models.visibility import current_status, is_present


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. A customer's names one conversation, a guest's may, and the invitation to it.

    An organization, when named, must be theirs.
    """

    kind: ActorKind
    subject_id: UUID
    expires_at: datetime
    conversation_id: UUID | None = None
    organization_id: UUID | None = None
    invitation_id: UUID | None = None


async def actor_of(reads: Reads, claims: Claims) -> Actor | None:
    """Return the actor, or None when there is no such active person any more."""
    actor = await _found(reads, claims)
    foreign = actor and claims.organization_id not in {None, actor.organization_id}
    return None if foreign else actor


async def _found(reads: Reads, claims: Claims) -> Actor | None:
    match claims.kind:
        case ActorKind.AGENT:
            return await _agent(reads, claims)
        case ActorKind.CUSTOMER:
            return await _customer(reads, claims)
        case ActorKind.INTEGRATION:
            return await _integration(reads, claims)
        case _:
            return None


a, c, s = agents.c, conversations.c, department_supervisors.c
AGENT = prepared(
    lambda _, subject_id: (
        sa.select(
            a.organization_id,
            a.role,
            a.department_id,
            a.granted_rights,
            departments.c.external,
            s.department_id,
        )
        .select_from(agents.join(departments).outerjoin(department_supervisors, s.agent_id == a.id))
        .where(a.id == subject_id, a.active)
    )
)
CUSTOMER = prepared(
    lambda _, subject_id, conversation_id: sa.select(c.organization_id).where(
        c.id == conversation_id, c.customer_id == subject_id
    )
)
INTEGRATION = prepared(
    lambda _, subject_id: sa.select(integrations.c.organization_id).where(
        integrations.c.id == subject_id
    )
)


def _welcome(_: None, subject_id: Any, conversation_id: Any, **values: Any) -> Query:
    i, p = invitations.c, participants.c
    by = values.get("invitation_id")
    asked = sa.exists().where(
        i.conversation_id == conversation_id,
        i.invitee_id == subject_id,
        current_status() == InvitationStatus.PENDING,
        sa.true() if by is None else i.id == by,
    )
    inside = sa.exists().where(
        p.conversation_id == conversation_id,
        p.agent_id == subject_id,
        is_present(),
        sa.true() if by is None else p.invitation_id == by,
    )
    return sa.select((asked | inside).label("welcome"))


WELCOME = prepared(_welcome)


async def _agent(reads: Reads, claims: Claims) -> Actor | None:
    rows = await AGENT.all(reads, subject_id=claims.subject_id)
    if not rows:
        return None
    organization_id, role, department_id, granted, external, _ = rows[0]
    if claims.conversation_id is not None:
        return await _guest(reads, claims, organization_id, department_id, external)
    return Actor(
        ActorKind.AGENT,
        claims.subject_id,
        organization_id,
        role=OrganizationRole.AGENT if external else role,
        department_id=department_id,
        supervised=() if external else tuple(row[5] for row in rows if row[5] is not None),
        external=external,
        rights=OUTSIDER_RIGHTS if external else ROLE_RIGHTS[role] | granted,
        expires_at=claims.expires_at,
    )


async def _guest(
    reads: Reads, claims: Claims, organization_id: UUID, department_id: UUID, external: bool
) -> Actor | None:
    """Return an agent whose token is good for one conversation, as long as they are invited to it or take part.

    Where it names an invitation, that alone counts, and the part that came of it.
    """
    subject_id, named = claims.subject_id, claims.conversation_id
    by = given(invitation_id=claims.invitation_id)
    (row,) = await WELCOME.all(reads, subject_id=subject_id, conversation_id=named, **by)
    if not row.welcome:
        return None
    return Actor(
        ActorKind.AGENT,
        claims.subject_id,
        organization_id,
        role=OrganizationRole.AGENT,
        department_id=department_id,
        conversation_id=claims.conversation_id,
        external=external,
        rights=OUTSIDER_RIGHTS,
        expires_at=claims.expires_at,
    )


async def _customer(reads: Reads, claims: Claims) -> Actor | None:
    row = await CUSTOMER.first(
        reads, subject_id=claims.subject_id, conversation_id=claims.conversation_id
    )
    return row and Actor(
        ActorKind.CUSTOMER,
        claims.subject_id,
        row.organization_id,
        conversation_id=claims.conversation_id,
        expires_at=claims.expires_at,
    )


async def _integration(reads: Reads, claims: Claims) -> Actor | None:
    row = await INTEGRATION.first(reads, subject_id=claims.subject_id)
    return row and Actor(
        ActorKind.INTEGRATION,
        claims.subject_id,
        row.organization_id,
        rights=INTEGRATION_RIGHTS,
        expires_at=claims.expires_at,
    )
