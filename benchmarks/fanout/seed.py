"""A conversation with a crowd in it, and the event that is fanned out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.conversations import ConversationClass, ConversationStatus, CustomerTier, MessageAuthor
from domain.events import CustomerMessagePosted
from domain.ids import new_id
from domain.permissions import ParticipantRole, PermissionLevel
from domain.streams import conversation_stream, customer_stream, inbox, notes_stream
from models.agents import Agent
from models.conversations import Conversation, Customer, Participant
from models.database import Database
from models.messages import CustomerMessage
from models.organizations import Department, Organization
from models.unit_of_work import UnitOfWork, Wake, unit_of_work

WORDS = "The customer writes about an order that has not arrived, and asks what to do. " * 3


@dataclass
class Crowd:
    """An organization in which everybody takes part in every conversation, each in the same role and level."""

    organization: UUID = field(default_factory=new_id)
    agents: list[UUID] = field(default_factory=list)
    conversations: list[UUID] = field(default_factory=list)


async def seed(database: Database, agents: int, conversations: int = 1) -> Crowd:
    crowd, department, customer = Crowd(), new_id(), new_id()
    async with unit_of_work(database, lambda heads: None) as work:
        await work.add(
            Organization(id=crowd.organization, name="Crowd", service_name="Crowd", demo=False)
        )
        await work.add(
            Department(id=department, organization_id=crowd.organization, slug="all", name="All")
        )
        await work.add(
            Customer(
                id=customer,
                organization_id=crowd.organization,
                external_id="customer",
                name="Grace",
                tier=CustomerTier.STANDARD,
            )
        )
        await _agents(work, crowd, department, agents)
        for _ in range(conversations):
            await _conversation(work, crowd, department, customer)
    return crowd


async def _agents(work: UnitOfWork, crowd: Crowd, department: UUID, count: int) -> None:
    crowd.agents = [new_id() for _ in range(count)]
    await work.add_all(
        [
            Agent(
                id=id_,
                organization_id=crowd.organization,
                department_id=department,
                key=f"agent-{number}",
                name=f"Agent {number}",
                email=f"agent-{number}@example.org",
                role=OrganizationRole.AGENT,
                stated_presence=AgentPresence.ONLINE,
            )
            for number, id_ in enumerate(crowd.agents)
        ]
    )
    await work.open_streams(*[inbox(id_) for id_ in crowd.agents])


async def _conversation(work: UnitOfWork, crowd: Crowd, department: UUID, customer: UUID) -> None:
    id_ = new_id()
    crowd.conversations.append(id_)
    await work.add(
        Conversation(
            id=id_,
            organization_id=crowd.organization,
            customer_id=customer,
            department_id=department,
            subject="An order",
            status=ConversationStatus.OPEN,
            classes=frozenset({ConversationClass.STANDARD}),
            seat_limit=3,
            opened_at=datetime.now(UTC),
        )
    )
    await work.add_all(
        [
            Participant(
                id=new_id(),
                organization_id=crowd.organization,
                conversation_id=id_,
                agent_id=agent,
                role=ParticipantRole.EXPERT,
                level=PermissionLevel.GUIDE,
                joined_at=datetime.now(UTC),
            )
            for agent in crowd.agents
        ]
    )
    await work.open_streams(conversation_stream(id_), notes_stream(id_), customer_stream(id_))


async def post(database: Database, wake: Wake, conversation_id: UUID, text: str) -> None:
    """Let the customer say something: a row and an event in one transaction, then the wake-up."""
    async with unit_of_work(database, wake) as work:
        message = CustomerMessage(
            id=new_id(),
            conversation_id=conversation_id,
            author=MessageAuthor.CUSTOMER,
            text=f"{text} {WORDS}",
            sent_at=await work.now(),
        )
        await work.add(message)
        work.record(CustomerMessagePosted(message.id), conversation_stream(conversation_id))
