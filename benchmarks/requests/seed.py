"""The same organization for all kinds, on both databases: every id, text and time is told by its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.conversations import ConversationClass, ConversationStatus, CustomerTier, NoteKind
from domain.deadlines import DeadlineKind
from domain.invitations import CollaborationType, InvitationKind, InvitationStatus
from domain.permissions import ParticipantRole, PermissionLevel
from domain.streams import Stream, conversation_stream, customer_stream, inbox, notes_stream
from models.agents import Agent, AgentSkill, Lease, Skill
from models.columns import table
from models.conversations import Collaboration, Conversation, Customer, Participant
from models.database import Database
from models.invitations import Invitation
from models.log import Deadline, StreamRow
from models.messages import InternalNote
from models.organizations import Department, Organization, PolicyRow

NAMES = UUID("3f0a6f0e-5d0b-4a53-9d9e-0d6c7f1b2a44")
BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
FAR = datetime(2040, 1, 1, tzinfo=UTC)

DEPARTMENTS, CONVERSATIONS = 2, 50  # at size 1
IN_DEPARTMENT = 100
SKILLS, OF_AGENT = 10, 4
PARTS = (ParticipantRole.EXPERT, ParticipantRole.COACH, ParticipantRole.OBSERVER)
PENDING, NOTES = 2, 30
LEVELS = {ParticipantRole.OBSERVER: PermissionLevel.READ_ONLY}
PRESENCES = [AgentPresence.ONLINE] * 6 + [AgentPresence.BUSY] * 3 + [AgentPresence.DO_NOT_DISTURB]
WORDS = "The invoice of March was paid twice; the second payment waits for the bank to return it. "


def named(kind: str, number: int | str = "") -> UUID:
    return uuid5(NAMES, f"{kind}/{number}")


ORGANIZATION = named("organization")


@dataclass(frozen=True)
class Plan:
    """How much there is: `size` times the people and talk, and fresh rows for so many mutations of each kind."""

    size: int = 1
    fresh: int = 0

    @property
    def agents(self) -> int:
        return self.size * DEPARTMENTS * IN_DEPARTMENT

    @property
    def conversations(self) -> int:
        return self.size * CONVERSATIONS

    def colleague(self, number: int, other: int) -> UUID:
        """Return somebody of the department of the agent who leads conversation `number`; the 0th is that agent."""
        department, place = divmod(number % self.agents, IN_DEPARTMENT)
        return agent(department * IN_DEPARTMENT + (place + other) % IN_DEPARTMENT)


def agent(number: int) -> UUID:
    return named("agent", number)


async def seed(database: Database, plan: Plan) -> None:
    async with database.writing() as connection:
        for rows in _rows(plan):
            if rows:
                values = [
                    {name: getattr(row, name) for name in type(row).model_fields} for row in rows
                ]
                await connection.execute(sa.insert(table(type(rows[0]))), values)


def _rows(plan: Plan) -> Iterator[Sequence[SQLModel]]:
    """Yield the rows of one table after another, those that others refer to first."""
    yield [Organization(id=ORGANIZATION, name="Firm", service_name="Care")]
    yield [_policy()]
    yield [_department(n) for n in range(plan.size * DEPARTMENTS)]
    yield [
        Skill(id=named("skill", n), organization_id=ORGANIZATION, slug=f"s{n}", name=f"Skill {n}")
        for n in range(SKILLS)
    ]
    yield [_agent(n) for n in range(plan.agents)]
    yield [skill for n in range(plan.agents) for skill in _skills(n)]
    yield [
        Lease(agent_id=agent(n), connection_id="bench", expires_at=FAR if n % 20 else BEGUN)
        for n in range(plan.agents)
    ]
    yield [_customer(n) for n in range(plan.agents)]
    yield [_stream(inbox(agent(n))) for n in range(plan.agents)]
    yield from _talk(plan)
    yield from _fresh(plan)


def _policy() -> PolicyRow:
    """Nobody meets a limit of people or invitations, however often a round invites."""
    return PolicyRow(
        organization_id=ORGANIZATION,
        collaborations_per_agent=100,
        collaborations_per_organization=1_000_000,
        invitations_per_inviter_per_minute=1000,
        invitations_per_invitee_per_minute=1000,
    )


def _department(number: int) -> Department:
    return Department(
        id=named("department", number),
        organization_id=ORGANIZATION,
        slug=f"d{number}",
        name=f"Department {number}",
    )


def _agent(number: int) -> Agent:
    department, place = divmod(number, IN_DEPARTMENT)
    return Agent(
        id=agent(number),
        organization_id=ORGANIZATION,
        department_id=named("department", department),
        key=f"agent-{number}",
        name=f"Agent {place:03} of {department}",
        email=f"agent-{number}@example.org",
        title="Support engineer",
        role=OrganizationRole.AGENT,
        stated_presence=PRESENCES[number * 7 % len(PRESENCES)],
    )


def _skills(number: int) -> Iterator[AgentSkill]:
    """Yield skill 0 for seven of ten, and others by turns."""
    own = [0] if number % 10 < 7 else []
    own += [1 + (number + n) % (SKILLS - 1) for n in range(OF_AGENT - len(own))]
    for place, skill in enumerate(own):
        yield AgentSkill(
            agent_id=agent(number), skill_id=named("skill", skill), level=1 + (number + place) % 5
        )


def _customer(number: int) -> Customer:
    return Customer(
        id=named("customer", number),
        organization_id=ORGANIZATION,
        external_id=f"customer-{number}",
        name=f"Customer {number}",
        email=f"customer-{number}@customer.example",
        tier=CustomerTier.STANDARD,
    )


def _stream(stream: Stream) -> StreamRow:
    epoch = named("epoch", str(stream.id))
    return StreamRow(id=stream.id, kind=stream.kind, owner_id=stream.owner_id, epoch=epoch)


def _talk(plan: Plan) -> Iterator[Sequence[SQLModel]]:
    """Yield conversations at work: four people, two who are asked, and what they say among themselves."""
    every = range(plan.conversations)
    yield from _begun(plan, "talk", every, seats=len(PARTS) + PENDING)
    yield [
        Collaboration(id=named("group", n), conversation_id=named("talk", n), opened_at=BEGUN)
        for n in every
    ]
    yield [_participant(plan, n, place) for n in every for place in range(1, len(PARTS) + 1)]
    asked = [
        _invitation(plan, "talk", n, len(PARTS) + 1 + place)
        for n in every
        for place in range(PENDING)
    ]
    yield asked
    yield [_deadline(each) for each in asked]
    yield [_note(plan, n, place) for n in every for place in range(NOTES)]


def _fresh(plan: Plan) -> Iterator[Sequence[SQLModel]]:
    """Yield conversations for the mutations: one to invite into, one with an invitation to accept, for each."""
    every = range(plan.fresh)
    yield from _begun(plan, "inviting", every, seats=0)
    yield from _begun(plan, "accepting", every, seats=1)
    asked = [_invitation(plan, "accepting", n, 1) for n in every]
    yield asked
    yield [_deadline(each) for each in asked]


def _begun(plan: Plan, kind: str, every: range, seats: int) -> Iterator[Sequence[SQLModel]]:
    yield [_conversation(plan, kind, n, seats) for n in every]
    yield [_primary(plan, kind, n) for n in every]
    ids = [named(kind, n) for n in every]
    opening = (conversation_stream, notes_stream, customer_stream)
    yield [_stream(stream(id_)) for id_ in ids for stream in opening]


def _conversation(plan: Plan, kind: str, number: int, seats: int) -> Conversation:
    department = number % plan.agents // IN_DEPARTMENT
    return Conversation(
        id=named(kind, number),
        organization_id=ORGANIZATION,
        customer_id=named("customer", number % plan.agents),
        department_id=named("department", department),
        subject=f"An invoice that was paid twice, {number}",
        status=ConversationStatus.OPEN,
        classes=frozenset({ConversationClass.COMPLAINT}),
        seats_taken=seats,
        seat_limit=7,
        opened_at=BEGUN + timedelta(seconds=number),
    )


def _primary(plan: Plan, kind: str, number: int) -> Participant:
    return Participant(
        id=named(f"{kind}/primary", number),
        organization_id=ORGANIZATION,
        conversation_id=named(kind, number),
        agent_id=plan.colleague(number, 0),
        role=ParticipantRole.PRIMARY,
        level=PermissionLevel.FULL,
        joined_at=BEGUN,
        active_at=FAR,  # whoever asks is not noted as active again: that is done at most every 10 seconds
    )


def _participant(plan: Plan, number: int, place: int) -> Participant:
    role = PARTS[place - 1]
    return Participant(
        id=named(f"part/{place}", number),
        organization_id=ORGANIZATION,
        conversation_id=named("talk", number),
        agent_id=plan.colleague(number, place),
        collaboration_id=named("group", number),
        role=role,
        level=LEVELS.get(role, PermissionLevel.GUIDE),
        joined_at=BEGUN + timedelta(minutes=place),
        active_at=FAR,
    )


def _invitation(plan: Plan, kind: str, number: int, other: int) -> Invitation:
    sent_at = BEGUN + timedelta(minutes=other)
    return Invitation(
        id=named(f"{kind}/invitation/{other}", number),
        organization_id=ORGANIZATION,
        conversation_id=named(kind, number),
        inviter_id=plan.colleague(number, 0),
        invitee_id=plan.colleague(number, other),
        kind=InvitationKind.STANDARD,
        type=CollaborationType.EXPERT_SUPPORT,
        role=ParticipantRole.EXPERT,
        level=PermissionLevel.GUIDE,
        background="The customer asks when the money comes back.",
        status=InvitationStatus.PENDING,
        sent_at=sent_at,
        expires_at=FAR,
        pending_at=sent_at,
        group_id=named(f"{kind}/asked/{other}", number),
    )


def _deadline(invitation: Invitation) -> Deadline:
    return Deadline(
        kind=DeadlineKind.INVITATION_EXPIRES,
        subject_id=invitation.id,
        conversation_id=invitation.conversation_id,
        due_at=invitation.expires_at,
    )


def _note(plan: Plan, number: int, place: int) -> InternalNote:
    return InternalNote(
        id=named(f"note/{place}", number),
        conversation_id=named("talk", number),
        author_id=plan.colleague(number, place % 3),
        kind=NoteKind.DISCUSSION,
        text=f"{place}. {WORDS}",
        posted_at=BEGUN + timedelta(minutes=10 + place),
    )
