"""What is worked out for many agents at once, and the conversation that two fields begin with."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import selectinload
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.requests.floor.rights import Actor, Refused
from benchmarks.requests.floor.rules import Circumstances, Policy, reasons
from benchmarks.requests.peers.stock import entities
from benchmarks.requests.peers.stock.entities import (
    AGENT,
    CONVERSATION,
    INVITATION,
    PARTICIPANT,
)
from benchmarks.requests.peers.stock.types import AgentLoad, Eligibility, Reason
from domain.conversations import ConversationStatus
from domain.invitations import OPEN
from domain.permissions import ParticipantRole, PermissionLevel
from models.conversations import Collaboration
from models.organizations import Organization, PolicyRow

MANAGE = PermissionLevel.MANAGE
CLASSES = ("STANDARD", "VIP", "URGENT", "COMPLAINT")


async def seen(session: AsyncSession, actor: Any, conversation_id: Any) -> Any:
    """Return a conversation with its people, if the asker is one of them."""
    part, asked = PARTICIPANT.agent, INVITATION
    statement = (
        select(CONVERSATION)
        .where(
            CONVERSATION.id == conversation_id,
            CONVERSATION.organization_id == actor.organization_id,
        )
        .options(
            selectinload(CONVERSATION.participants).selectinload(part).selectinload(AGENT.leases),
            selectinload(CONVERSATION.invitations).selectinload(asked.inviter),
            selectinload(CONVERSATION.invitations).selectinload(asked.invitee),
        )
    )
    found = (await session.exec(statement)).first()
    if found is not None:
        entities.own_level(found, actor)
    return found


class Batches:
    """What is worked out for many agents at once."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.actor, self.session = context["actor"], context["session"]

    async def loads(self, ids: list[Any]) -> list[AgentLoad]:
        leading = select(PARTICIPANT).where(
            PARTICIPANT.agent_id.in_(ids), PARTICIPANT.role == ParticipantRole.PRIMARY
        )
        async with self.session() as session:
            policy = await session.get(PolicyRow, self.actor.organization_id)
            parts = (await session.exec(leading)).all()
            agents = (await session.exec(select(AGENT).where(AGENT.id.in_(ids)))).all()
        led = Counter(each.agent_id for each in parts if entities.is_present(each))
        found = {
            each.id: AgentLoad(
                collaborations=each.collaborations,
                capacity=policy.collaborations_per_agent,
                primary_conversations=led[each.id],
            )
            for each in agents
        }
        return [found[id_] for id_ in ids]

    async def eligibilities(self, agents: list[Any]) -> list[Eligibility]:
        ids, actor = [agent.id for agent in agents], self.actor
        hour, minute = (entities.now() - timedelta(seconds=n) for n in (3600, 60))
        lately = (INVITATION.inviter_id == actor.id) & (INVITATION.sent_at > hour)
        lately |= INVITATION.invitee_id.in_(ids) & (INVITATION.sent_at > minute)
        conversation_id = self.context["conversation_id"]
        going_on = select(Collaboration).where(
            Collaboration.conversation_id == conversation_id,
            col(Collaboration.ended_at).is_(None),
        )
        async with self.session() as session:
            here = await seen(session, actor, conversation_id)
            policy_row = await session.get(PolicyRow, actor.organization_id)
            organization = await session.get(Organization, actor.organization_id)
            ongoing = (await session.exec(going_on)).first()
            sent = (await session.exec(select(INVITATION).where(lately))).all()
        if here.status is not ConversationStatus.OPEN or entities.own_level(here, actor) < MANAGE:
            raise Refused
        around = Circumstances(
            _policy(policy_row),
            organization.collaborations,
            bool(ongoing),
            [_sent(e) for e in sent],
        )
        limit = around.policy.seats(",".join(each.name for each in here.classes))
        return [
            _judged(actor, around, _candidate(here, agent, actor), here.seats_taken, limit)
            for agent in agents
        ]


def _policy(row: Any) -> Policy:
    return Policy(
        row.enabled,
        ",".join(each.name for each in row.roles_that_may_invite),
        {kind: getattr(row, f"{kind.lower()}_limit") for kind in CLASSES},
        row.collaborations_per_agent,
        row.collaborations_per_organization,
        row.invitation_validity_seconds,
        row.reminder_seconds,
        row.invitations_per_inviter_per_minute,
        row.invitations_per_invitee_per_minute,
    )


def _sent(row: Any) -> tuple[Any, Any, Any, float]:
    age = (entities.now() - row.sent_at).total_seconds()
    return row.inviter_id, row.invitee_id, row.group_id, age


def _candidate(here: Any, agent: Any, actor: Any) -> tuple[Any, ...]:
    return (
        agent.id,
        agent.department_id,
        agent.department.external,
        entities.presence_of(agent).name,
        agent.collaborations,
        any(p.agent_id == agent.id and entities.is_present(p) for p in here.participants),
        any(i.invitee_id == agent.id and i.status in OPEN for i in here.invitations),
        any(s.agent_id not in (actor.id, agent.id) for s in agent.department.supervisors),
    )


def _judged(
    actor: Any, around: Circumstances, candidate: tuple[Any, ...], taken: int, limit: int
) -> Eligibility:
    own = Actor(actor.id, actor.organization_id, actor.role.name, actor.department_id, False, [])
    against = reasons(own, around, candidate, candidate[0], taken, limit)
    ours = candidate[1] == actor.department_id
    kind = "EXTERNAL_EXPERT" if candidate[2] else "STANDARD" if ours else "CROSS_DEPARTMENT"
    return Eligibility(
        can_invite=not against,
        kind=kind,
        approval_needed=kind == "CROSS_DEPARTMENT",
        reasons=[Reason(**each) for each in against],
    )
