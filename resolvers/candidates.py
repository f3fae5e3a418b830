"""What decides whether colleagues can be invited: who they are, what the rules are, and who was invited lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import ConversationClass, ConversationStatus
from domain.eligibility import Candidate, Inviter, Seats
from domain.frequency import HOUR, MINUTE, Sent
from domain.invitations import OPEN, InvitationKind
from domain.permissions import PermissionLevel
from domain.policies import Policy
from models.agents import agents
from models.columns import among, checked, database_now, seconds_ago
from models.conversations import collaborations, conversations, participants
from models.database import Query, Reads
from models.invitations import invitations
from models.organizations import department_supervisors, departments, organizations, policies
from models.prepared import given, prepared
from models.visibility import (
    conversation_visible,
    current_conversation_status,
    current_level,
    current_presence,
    current_status,
    is_present,
    seats_held,
    standing,
)
from resolvers.reads.agents import CONNECTED

RULES = [policies.c[rule.name] for rule in fields(Policy)]


def inviter_of(actor: Actor) -> Inviter:
    assert actor.role, "agents have a role"
    return Inviter(actor.id, actor.department_id, actor.role, actor.rights)


a, p, i = agents.c, participants.c, invitations.c


def _candidates(
    actor: Actor, lock: bool, conversation_id: Any, agent_ids: Any, department_ids: Any = None
) -> Query:
    s = department_supervisors.c
    takes_part = sa.exists().where(
        p.conversation_id == conversation_id, p.agent_id == a.id, is_present()
    )
    invited = sa.exists().where(
        i.conversation_id == conversation_id, i.invitee_id == a.id, current_status().in_(OPEN)
    )
    others = (s.agent_id != actor.id) & (s.agent_id != a.id)
    approvable = sa.exists().where(s.department_id == a.department_id, others)
    wanted: sa.ColumnElement[bool] = among(a.id, agent_ids)
    if department_ids is not None:
        reachable = departments.c.external | current_presence().in_(CONNECTED)
        wanted |= among(a.department_id, department_ids) & reachable
    found: Query = (
        sa.select(
            a.id,
            a.department_id,
            departments.c.external,
            current_presence(),
            a.collaborations,
            takes_part,
            invited,
            approvable,
        )
        .join_from(agents, departments)
        .where(checked(a.organization_id == actor.organization_id), a.active, wanted)
    )
    locked = found.order_by(a.id).with_for_update(of=agents, key_share=True)
    return locked if lock else found


CANDIDATES = prepared(_candidates, Candidate)


async def candidates(
    reads: Reads,
    actor: Actor,
    conversation_id: UUID,
    agent_ids: Sequence[UUID],
    department_ids: Sequence[UUID] = (),
    *,
    lock: bool = False,
) -> Mapping[UUID, Candidate]:
    """Return what decides about each colleague named, and about everybody in the departments who is connected or from
    outside.

    With `lock` nobody else can invite them meanwhile, so that invitations can be counted; unknown ones are left out.
    """
    found = await CANDIDATES.all(
        reads,
        actor,
        lock,
        conversation_id=conversation_id,
        agent_ids=agent_ids,
        **given(department_ids=department_ids or None),
    )
    return {each.agent_id: each for each in found}


@dataclass(frozen=True)
class Circumstances:
    """The rules, how many collaborations go on, and the invitations that count against the next ones."""

    policy: Policy
    going_on: int
    here: bool
    sent: Sequence[Sent]

    @property
    def organization(self) -> Seats | None:
        """Whether another collaboration may begin; None where one goes on already."""
        limit = self.policy.collaborations_per_organization
        return None if self.here else Seats(self.going_on, limit)


@dataclass(frozen=True)
class Place:
    """A conversation as somebody who would invite into it holds it; outside of it they have no level."""

    status: ConversationStatus
    classes: frozenset[ConversationClass]
    seats_taken: int
    level: PermissionLevel | None


def _around(actor: Actor, conversation_id: Any, agent_ids: Any) -> Query:
    o, i, c = organizations.c, invitations.c, collaborations.c
    here = sa.exists().where(c.conversation_id == conversation_id, c.ended_at.is_(None))
    lately = (i.inviter_id == actor.id) & (i.sent_at > _since(HOUR))
    lately |= among(i.invitee_id, agent_ids) & (i.sent_at > _since(MINUTE))
    ours = policies.c.organization_id == o.id
    found: Query = (
        sa.select(
            *RULES,
            database_now().label("now"),
            o.collaborations,
            here.label("here"),
            i.inviter_id,
            i.invitee_id,
            i.group_id,
            i.kind,
            i.sent_at,
            policies.c.organization_id.label("ruled"),
        )
        .select_from(organizations)
        .outerjoin(policies, ours)
        .outerjoin(invitations, (i.organization_id == o.id) & lately)
        .where(o.id == actor.organization_id)
    )
    return found


def _at(actor: Actor, conversation_id: Any, agent_ids: Any) -> Query:
    place = _place(actor, conversation_id)
    around = _around(actor, conversation_id, agent_ids).outerjoin(place, sa.true())
    return around.add_columns(*place.c)


def _place(actor: Actor, conversation_id: Any) -> sa.Subquery:
    """Read it once, however many rows it stands beside: what has a limit is not taken apart."""
    c, p = conversations.c, participants.c
    mine = (p.conversation_id == c.id) & standing(actor)
    return (
        sa.select(
            current_conversation_status().label("status"),
            c.classes,
            seats_held().label("seats"),
            sa.case((p.id.is_not(None), current_level())).label("level"),
        )
        .select_from(conversations.outerjoin(participants, mine))
        .where(c.id == conversation_id, conversation_visible(actor))
        .limit(1)
        .subquery("place")
    )


CIRCUMSTANCES, CIRCUMSTANCES_AT = prepared(_around), prepared(_at)


async def circumstances(
    reads: Reads, actor: Actor, conversation_id: UUID, agent_ids: Sequence[UUID]
) -> Circumstances:
    """Read in one statement what holds for all who may be invited."""
    rows = await CIRCUMSTANCES.all(
        reads, actor, conversation_id=conversation_id, agent_ids=agent_ids
    )
    return _circumstances(rows)


async def circumstances_at(
    reads: Reads, actor: Actor, conversation_id: UUID, agent_ids: Sequence[UUID]
) -> tuple[Circumstances, Place | None]:
    """Read the place in the same statement: None where there is none that the asker may see."""
    rows = await CIRCUMSTANCES_AT.all(
        reads, actor, conversation_id=conversation_id, agent_ids=agent_ids
    )
    found = rows[0][-len(fields(Place)) :]
    return _circumstances(rows), Place(*found) if found[0] is not None else None


def _circumstances(rows: Sequence[Any]) -> Circumstances:
    policy = Policy(*rows[0][: len(RULES)]) if rows[0].ruled else Policy()
    sent = [_sent(row) for row in rows if row.inviter_id]
    return Circumstances(policy, rows[0].collaborations, rows[0].here, sent)


def _since(seconds: float) -> sa.ScalarSelect[Any]:
    return sa.select(
        seconds_ago(seconds)
    ).scalar_subquery()  # one moment, so that an index can be used


def _sent(row: Any) -> Sent:
    age = (row.now - row.sent_at).total_seconds()
    emergency = row.kind is InvitationKind.EMERGENCY
    return Sent(row.inviter_id, row.invitee_id, row.group_id, emergency, age)
