"""Who hears of what a department's supervisors and the admins decide."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from domain.actors import OrganizationRole
from domain.streams import Stream, inbox
from models.agents import agents
from models.database import Reads
from models.organizations import department_supervisors


async def told(
    reads: Reads,
    organization_id: UUID,
    department_id: UUID,
    who_asked: UUID,
    concerned: Collection[UUID] = (),
) -> list[Stream]:
    """Return the inboxes of who asked and of everybody who may decide: nobody whom it concerns."""
    a, s = agents.c, department_supervisors.c
    supervising = sa.exists().where(s.agent_id == a.id, s.department_id == department_id)
    deciding = (a.role == OrganizationRole.ADMIN) | supervising
    ours = (a.organization_id == organization_id) & a.active & a.id.not_in([who_asked, *concerned])
    found = await reads.all(sa.select(a.id).where(ours, deciding).order_by(a.id))
    return [inbox(who_asked), *(inbox(each.id) for each in found)]
