"""Opening and closing conversations, and ending the collaboration in one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain import text
from domain.actors import ActorKind, Asker
from domain.conversations import (
    CollaborationOutcome,
    ConversationClass,
    ConversationStatus,
    CustomerTier,
    LeaveReason,
    MessageAuthor,
)
from domain.errors import InvalidInput, NotFound
from domain.events import ConversationClosed, ConversationOpened, CustomerConversationEnded
from domain.handing import DelegationEnding
from domain.ids import new_id
from domain.permissions import ParticipantRole, PermissionLevel
from domain.policies import collaborator_limit
from domain.streams import conversation_stream, customer_stream, inbox, notes_stream
from models.agents import agents
from models.conversations import (
    Conversation,
    Participant,
    conversations,
    customers,
    participants,
)
from models.database import first
from models.organizations import departments
from models.unit_of_work import UnitOfWork
from resolvers import access, bookkeeping, endings, handing, invitation_endings, releases, waiting
from resolvers.changes import Changed
from resolvers.inviting_by_rule import invite_by_rule
from resolvers.messages import post_message
from resolvers.participants import check_version
from resolvers.reads.organizations import policy_of
from resolvers.stages import leave_stage
from resolvers.track_records import remember

p = participants.c


@dataclass(frozen=True)
class NewCustomer:
    """The customer as the host system knows them. `external_id` is the host's; known ones are found by it."""

    external_id: str
    name: str
    email: str | None = None
    phone: str | None = None
    tier: CustomerTier = CustomerTier.STANDARD
    churn_risk: bool = False
    opportunity: bool = False


@dataclass(frozen=True)
class Opening:
    subject: str
    customer: UUID | NewCustomer
    classes: Collection[ConversationClass]
    primary_id: UUID | None = None
    first_message: str | None = None


async def open_conversation(work: UnitOfWork, asker: Asker, opening: Opening) -> Changed:
    """Open a conversation with its primary; an agent leads what they open."""
    subject = text.required(opening.subject, text.SUBJECT, "input", "subject")
    words = text.optional(opening.first_message, text.MESSAGE, "input", "firstMessage")
    primary = await _primary(work, asker, opening.primary_id)
    customer_id = await _customer(work, asker, opening.customer)
    now = await work.now()
    conversation = await _add_conversation(work, asker, opening, subject, customer_id, primary, now)
    if words:
        message = await post_message(work, conversation.id, MessageAuthor.CUSTOMER, words, now)
        await waiting.begin(work, conversation.id, now)
    await invite_by_rule(work, conversation.organization_id, conversation.id, primary.id)
    return Changed(conversation_id=conversation.id, message_id=message.id if words else None)


async def _primary(work: UnitOfWork, asker: Asker, primary_id: UUID | None) -> Any:
    path = ["input", "primaryId"]
    if asker.actor.kind is ActorKind.AGENT and primary_id not in (None, asker.actor.id):
        raise InvalidInput("You lead what you open; transfer it afterwards.", path=path)
    wanted = asker.actor.id if asker.actor.kind is ActorKind.AGENT else primary_id
    if wanted is None:
        raise InvalidInput("Name the agent who leads the conversation.", path=path)
    a = agents.c
    row = await first(
        work,
        sa.select(a.id, a.department_id)
        .join_from(agents, departments)
        .where(
            a.id == wanted,
            a.organization_id == asker.actor.organization_id,
            a.active,
            departments.c.external.is_(False),
        ),
    )
    if row is None:
        raise NotFound(access.GONE, path=path)
    return row


async def _customer(work: UnitOfWork, asker: Asker, customer: UUID | NewCustomer) -> UUID:
    """Return the customer's id; one the organization does not know yet is added."""
    if isinstance(customer, NewCustomer):
        return await _customer_of_host(work, asker, customer)
    c = customers.c
    ours = (c.organization_id == asker.actor.organization_id) & (c.id == customer)
    if await first(work, sa.select(c.id).where(ours)) is None:
        raise NotFound(access.GONE, path=["input", "customer", "id"])
    return customer


async def _customer_of_host(work: UnitOfWork, asker: Asker, customer: NewCustomer) -> UUID:
    """Find the customer by the host's id, or add them; of two openings at once one adds."""
    c, path = customers.c, ["input", "customer", "new"]
    described = {
        "organization_id": asker.actor.organization_id,
        "external_id": text.required(customer.external_id, text.NAME, *path, "externalId"),
        "name": text.required(customer.name, text.NAME, *path, "displayName"),
        "email": text.optional(customer.email, text.CONTACT, *path, "email"),
        "phone": text.optional(customer.phone, text.CONTACT, *path, "phone"),
        "tier": customer.tier,
        "churn_risk": customer.churn_risk,
        "opportunity": customer.opportunity,
    }
    await work.insert_unless_there(customers, {"id": new_id(), **described})
    known = (c.organization_id == described["organization_id"]) & (
        c.external_id == described["external_id"]
    )
    found: UUID = (await first(work, sa.select(c.id).where(known))).id
    return found


async def _add_conversation(
    work: UnitOfWork,
    asker: Asker,
    opening: Opening,
    subject: str,
    customer_id: UUID,
    primary: Any,
    now: datetime,
) -> Conversation:
    policy = await policy_of(work, asker.actor.organization_id)
    classes = frozenset(opening.classes) or frozenset({ConversationClass.STANDARD})
    conversation = Conversation(
        id=new_id(),
        organization_id=asker.actor.organization_id,
        customer_id=customer_id,
        department_id=primary.department_id,
        subject=subject,
        status=ConversationStatus.OPEN,
        classes=classes,
        seat_limit=collaborator_limit(policy, classes),
        opened_at=now,
    )
    await work.add(conversation)
    await work.add(
        Participant(
            id=new_id(),
            organization_id=conversation.organization_id,
            conversation_id=conversation.id,
            agent_id=primary.id,
            role=ParticipantRole.PRIMARY,
            level=PermissionLevel.FULL,
            joined_at=now,
        )
    )
    of_conversation = conversation_stream(conversation.id)
    await work.open_streams(
        of_conversation, notes_stream(conversation.id), customer_stream(conversation.id)
    )
    work.record(ConversationOpened(conversation.id), of_conversation, inbox(primary.id))
    return conversation


async def end_collaboration(
    work: UnitOfWork, asker: Asker, conversation_id: UUID, outcome: CollaborationOutcome
) -> Changed:
    """Send the collaborators home; the primary and the customer go on."""
    here = await access.conversation_to_change(work, asker, conversation_id)
    if delegation := await releases.open_delegation(work, here.id):
        await handing.give_back(work, delegation, DelegationEnding.ENDED, here.now)
    await invitation_endings.cancel_invitations(work, here.id)
    await _dismiss(work, here, LeaveReason.PERIOD_ENDED)
    ended = await endings.end_collaboration(work, here.id, outcome, here.now)
    if ended is None:
        raise NotFound("No collaboration is going on in this conversation.")
    await remember(work, here, ended, outcome)
    await bookkeeping.touch(work, here.id)
    return Changed(conversation_id=here.id, collaboration_id=ended)


async def close_conversation(
    work: UnitOfWork,
    asker: Asker,
    conversation_id: UUID,
    outcome: CollaborationOutcome | None,
    expected_version: int | None,
) -> Changed:
    """Close for good: invitations, parts and the collaboration end in the same transaction."""
    here = await access.conversation_to_change(work, asker, conversation_id)
    check_version(here, expected_version)
    await releases.release_lead(work, here.id, here.now)
    await invitation_endings.cancel_invitations(work, here.id)
    members = await _dismiss(work, here, LeaveReason.CONVERSATION_CLOSED)
    ended = await endings.end_collaboration(work, here.id, outcome, here.now)
    if ended and outcome:
        await remember(work, here, ended, outcome)
    own = await first(work, sa.select(participants).where(p.id == here.participant_id))
    await endings.end_participation(work, own, LeaveReason.CONVERSATION_CLOSED, here.now)
    await endings.lift_hold(work, here.id, here.now)
    await waiting.stop(work, here.id)
    await leave_stage(work, here.id, here.now)
    c = conversations.c
    await work.change(
        sa.update(conversations)
        .where(c.id == here.id)
        .values(status=ConversationStatus.CLOSED, closed_at=here.now, version=c.version + 1)
    )
    everyone = [inbox(agent_id) for agent_id in (*members, own.agent_id)]
    work.record(ConversationClosed(here.id), conversation_stream(here.id), *everyone)
    work.record(CustomerConversationEnded(here.id), customer_stream(here.id))
    return Changed(conversation_id=here.id, collaboration_id=ended)


async def _dismiss(work: UnitOfWork, here: access.Admission, reason: LeaveReason) -> list[UUID]:
    rows = await endings.present_collaborators(work, here.id)
    for row in rows:
        await endings.end_participation(work, row, reason, here.now)
    return [row.agent_id for row in rows]
