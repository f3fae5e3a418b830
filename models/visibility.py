"""Who may see which row: ONE predicate per kind of row, used by doors, lists, counts and streams alike."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import ColumnElement

from domain.actors import Actor, OrganizationRight
from domain.agents import AgentPresence
from domain.conversations import ConversationStatus, LeaveReason
from domain.deadlines import DeadlineKind
from domain.events import OF_INVITATIONS
from domain.invitations import OPEN, InvitationStatus
from domain.permissions import ParticipantRole, PermissionLevel
from models.agents import agents, leases, skills
from models.authorizations import authorizations
from models.columns import Choice, Instant, Rank, among, database_now
from models.conversations import conversations, participants
from models.handing import delegations, offers
from models.holds import holds
from models.invitations import invitations
from models.log import deadlines, events
from models.organizations import departments
from models.reviews import reviews

Columns = ReadOnlyColumnCollection[str, sa.Column[object]]

Condition = ColumnElement[bool]


# What holds now, even while the clock's work on a row is still to be done.


def is_present(p: Columns = participants.c) -> Condition:
    return p.left_at.is_(None) & (p.ends_at.is_(None) | (p.ends_at > database_now()))


def active_at(p: Columns = participants.c) -> ColumnElement[object]:
    """When somebody last gave a sign in the conversation; joining is the first."""
    return sa.func.coalesce(p.active_at, p.joined_at, type_=Instant()).label("active_at")


def read_at(p: Columns = participants.c) -> ColumnElement[object]:
    """Up to when somebody has read everything; what was said before they joined is not asked of them."""
    return sa.func.coalesce(p.read_at, p.joined_at, type_=Instant())


def is_last_primary(p: Columns = participants.c) -> Condition:
    """The primary of a closed conversation, who may still read it."""
    return (p.role == ParticipantRole.PRIMARY) & (p.leave_reason == LeaveReason.CONVERSATION_CLOSED)


def current_level(p: Columns = participants.c) -> ColumnElement[PermissionLevel]:
    level = sa.case(
        (p.left_at.is_not(None), sa.literal(int(PermissionLevel.READ_ONLY))),
        (p.level_until <= database_now(), sa.type_coerce(p.base_level, sa.SmallInteger)),
        else_=sa.type_coerce(p.level, sa.SmallInteger),
    )
    return sa.type_coerce(level, Rank(PermissionLevel))


def current_presence() -> ColumnElement[AgentPresence]:
    """What colleagues see: the stated presence while any connection's lease is live."""
    connected = sa.exists().where(
        leases.c.agent_id == agents.c.id, leases.c.expires_at > database_now()
    )
    stated = sa.type_coerce(agents.c.stated_presence, sa.String)
    derived = sa.case((connected, stated), else_=sa.literal(AgentPresence.OFFLINE.name))
    return sa.type_coerce(derived, Choice(AgentPresence))


def _overdue() -> Condition:
    i = invitations.c
    return i.status.in_(OPEN) & (i.expires_at <= database_now())


def current_status() -> ColumnElement[InvitationStatus]:
    status = sa.case(
        (_overdue(), sa.literal(InvitationStatus.EXPIRED.name)),
        else_=sa.type_coerce(invitations.c.status, sa.String),
    )
    return sa.type_coerce(status, Choice(InvitationStatus))


def invitation_ended_at() -> ColumnElement[object]:
    i = invitations.c
    return sa.type_coerce(sa.case((_overdue(), i.expires_at), else_=i.ended_at), Instant())


def resumes_at() -> ColumnElement[object]:
    """When a conversation's hold ends by itself; null where there is none."""
    h = holds.c
    here = (h.conversation_id == conversations.c.id) & h.ended_at.is_(None)
    return sa.select(h.resumes_at).where(here, h.resumes_at > database_now()).scalar_subquery()


def current_conversation_status() -> ColumnElement[ConversationStatus]:
    c = conversations.c
    over = (c.status == ConversationStatus.ON_HOLD) & resumes_at().is_(None)
    status = sa.case(
        (over, sa.literal(ConversationStatus.OPEN.name)),
        else_=sa.type_coerce(c.status, sa.String),
    )
    return sa.type_coerce(status, Choice(ConversationStatus))


def searches(group_id: ColumnElement[UUID] | UUID) -> Condition:
    """Tell whether a deputy will be asked for a group: until then it keeps its seat."""
    d = deadlines.c
    return sa.exists().where(d.kind == DeadlineKind.DEPUTY_IS_ASKED, d.subject_id == group_id)


def seats_held() -> ColumnElement[int]:
    """The seats of a conversation that are taken now, without what the clock has ended already."""
    c, p, i, other = (
        conversations.c,
        participants.alias().c,
        invitations.alias().c,
        invitations.alias().c,
    )
    over = sa.select(sa.func.count()).where(
        p.conversation_id == c.id, p.left_at.is_(None), p.ends_at <= database_now()
    )
    open_one = sa.exists().where(
        other.group_id == i.group_id, other.status.in_(OPEN), other.expires_at > database_now()
    )
    held = open_one | searches(i.group_id)
    lapsed = sa.select(sa.func.count(sa.distinct(i.group_id))).where(
        i.conversation_id == c.id, i.status.in_(OPEN), i.expires_at <= database_now(), ~held
    )
    return c.seats_taken - over.scalar_subquery() - lapsed.scalar_subquery()


# Who sees what.


def within(actor: Actor, conversation_id: ColumnElement[object]) -> Condition:
    """A token that names a conversation reaches nothing of any other."""
    named = actor.conversation_id
    return sa.true() if named is None else conversation_id == named


def standing(actor: Actor, p: Columns = participants.c) -> Condition:
    """Participant rows that let this asker into a conversation."""
    return (p.agent_id == actor.id) & stands(p) & within(actor, p.conversation_id)


def stands(p: Columns = participants.c) -> Condition:
    """Participant rows that let somebody into their conversation."""
    return is_present(p) | is_last_primary(p)


def stands_in(conversation_id: ColumnElement[object], actor: Actor) -> Condition:
    mine = participants.alias()
    return sa.exists().where(mine.c.conversation_id == conversation_id, standing(actor, mine.c))


def heard_in(
    conversation_id: ColumnElement[object], at: ColumnElement[object], actor: Actor
) -> Condition:
    """What was said and done at that moment is for those who take part; for a guest from joining onward."""
    if not actor.external:
        return stands_in(conversation_id, actor)
    mine = participants.alias().c
    here = (mine.conversation_id == conversation_id) & (mine.joined_at <= at)
    return sa.exists().where(here, standing(actor, mine))


def event_heard(
    conversation_id: ColumnElement[object], actor: Actor, e: Columns = events.c
) -> Condition:
    """What happened in a conversation is for whoever heard it; of invitations no guest hears."""
    heard = heard_in(conversation_id, e.occurred_at, actor)
    return heard & ~e.type.startswith(OF_INVITATIONS) if actor.external else heard


def oversees(actor: Actor, department_id: ColumnElement[object]) -> Condition:
    """Supervisors see their departments' conversations from outside, admins all: people and times, no content."""
    return sa.true() if actor.is_admin else among(department_id, actor.supervised)


def conversation_visible(actor: Actor, c: Columns = conversations.c) -> Condition:
    return (c.organization_id == actor.organization_id) & (
        stands_in(c.id, actor) | oversees(actor, c.department_id)
    )


def participant_visible(actor: Actor) -> Condition:
    p, around = participants.c, conversations.alias()
    ours = (p.organization_id == actor.organization_id) & within(actor, p.conversation_id)
    return ours & (
        (p.agent_id == actor.id)
        | sa.exists().where(around.c.id == p.conversation_id, conversation_visible(actor, around.c))
    )


def is_of_others(
    agent_id: UUID | ColumnElement[UUID], i: Columns = invitations.c
) -> ColumnElement[bool]:
    """An invitation that somebody has neither sent nor would answer: not their own."""
    return (i.inviter_id != agent_id) & (i.invitee_id != agent_id)


def decides(actor: Actor, i: Columns = invitations.c) -> Condition:
    """Supervisors of the invitee's department decide about an invitation that needs approval, never about their own."""
    return among(i.approval_department_id, actor.supervised) & is_of_others(actor.id, i)


def invitation_visible(actor: Actor) -> Condition:
    """An invitee knows of it since it is theirs to answer; a guest of no other's."""
    i = invitations.c
    ours = (i.organization_id == actor.organization_id) & within(actor, i.conversation_id)
    received = (i.invitee_id == actor.id) & i.pending_at.is_not(None)
    if actor.external:
        return ours & received
    return ours & (
        received | (i.inviter_id == actor.id) | decides(actor) | stands_in(i.conversation_id, actor)
    )


def authorizes(actor: Actor) -> Condition:
    """Supervisors of the requester's department and admins decide about what is sensitive, never the requester."""
    z = authorizations.c
    return oversees(actor, z.department_id) & (z.requester_id != actor.id)


def authorization_visible(actor: Actor) -> Condition:
    z = authorizations.c
    ours = (z.organization_id == actor.organization_id) & within(actor, z.conversation_id)
    return ours & ((z.requester_id == actor.id) | authorizes(actor))


def settles(actor: Actor) -> Condition:
    """Supervisors of the inviter's department and admins settle an emergency, never who called it or was called."""
    r, i = reviews.c, invitations.alias().c
    called = sa.exists().where(i.group_id == r.id, i.invitee_id == actor.id)
    return oversees(actor, r.department_id) & (r.inviter_id != actor.id) & ~called


def review_visible(actor: Actor) -> Condition:
    r = reviews.c
    ours = (r.organization_id == actor.organization_id) & within(actor, r.conversation_id)
    return ours & ((r.inviter_id == actor.id) | settles(actor))


def offer_visible(actor: Actor) -> Condition:
    """An offer of the primary role is known to those who take part, and to the two whose act it is."""
    o = offers.c
    ours = (o.organization_id == actor.organization_id) & within(actor, o.conversation_id)
    return ours & (
        (o.agent_id == actor.id)
        | (o.offered_by_id == actor.id)
        | stands_in(o.conversation_id, actor)
    )


def delegation_visible(actor: Actor) -> Condition:
    """Who leads for whom is known to whoever sees the people of the conversation, and to the two."""
    g, around = delegations.c, conversations.alias()
    ours = (g.organization_id == actor.organization_id) & within(actor, g.conversation_id)
    return ours & (
        (g.principal_id == actor.id)
        | (g.delegate_id == actor.id)
        | sa.exists().where(around.c.id == g.conversation_id, conversation_visible(actor, around.c))
    )


def department_visible(actor: Actor) -> Condition:
    """Departments of the organization; an outside expert finds only their own."""
    d = departments.c
    ours = d.organization_id == actor.organization_id
    if OrganizationRight.FIND_AGENTS in actor.rights:
        return ours
    return ours & (d.id == actor.department_id)


def skill_visible(actor: Actor) -> Condition:
    """Skills of the organization are for those who look for colleagues."""
    ours = skills.c.organization_id == actor.organization_id
    return ours if OrganizationRight.FIND_AGENTS in actor.rights else sa.false()


def agent_visible(actor: Actor) -> Condition:
    """Colleagues of the organization; an outside expert finds only themselves."""
    a = agents.c
    ours = (a.organization_id == actor.organization_id) & a.active
    return ours if OrganizationRight.FIND_AGENTS in actor.rights else ours & (a.id == actor.id)
