"""The root queries."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import text
from domain.actors import Audience, OrganizationRight
from domain.agents import AgentPresence
from domain.errors import BadUserInput, InvalidInput
from resolvers.eligibility import with_eligibility
from resolvers.reads import (
    agents,
    conversations,
    invitations,
    messages,
    organizations,
    participants,
)
from resolvers.reads.paging import LARGEST, Order
from schema.connections import Connection
from schema.context import Batch, Info
from schema.enums import OrderDirection
from schema.fields import After, Before, First, Last, given, paged, query
from schema.guards import AGENTS, Requires
from schema.ids import decode, decode_any
from schema.inputs.agents import AgentFilter, AgentSort
from schema.inputs.conversations import ConversationFilter, ConversationSort
from schema.inputs.invitations import InvitationFilter
from schema.types.agents import Agent, Viewer
from schema.types.conversations import Conversation
from schema.types.customers import CustomerConversation
from schema.types.invitations import Invitation
from schema.types.node import Node
from schema.types.organizations import CollaborationPolicy, Department, Skill

COLLEAGUES = Requires(audience=[Audience.AGENT], right=OrganizationRight.FIND_AGENTS)
CUSTOMERS = Requires(audience=[Audience.CUSTOMER])

# How each kind of node is read by the asker's right.
NODES: Mapping[str, Batch] = {
    "Agent": agents.colleagues_by_id,
    "Department": organizations.departments_by_id,
    "Skill": organizations.skills_by_id,
    "Customer": conversations.customers_by_id,
    "Conversation": conversations.conversations_by_id,
    "Collaboration": conversations.collaborations_by_id,
    "Participant": participants.participants_by_id,
    "Invitation": invitations.invitations_by_id,
    "CustomerMessage": messages.messages_by_id,
    "InternalNote": messages.notes_by_id,
}

NodeId = Annotated[strawberry.ID, strawberry.argument(description="The node's id.")]


async def _node(info: Info, id_: str) -> Any:
    type_name, value = decode_any(id_)
    if type_name not in NODES:
        raise BadUserInput("No node has an id of this kind.")
    return await info.context.load(NODES[type_name], value)


def _ids(values: list[strawberry.ID] | None, kind: str) -> list[UUID] | None:
    chosen = given(values)
    if chosen is not None and len(chosen) > LARGEST:
        raise BadUserInput(f"At most {LARGEST} ids at once; these are {len(chosen)}.")
    return None if chosen is None else [decode(value, kind) for value in chosen]


def _agent_filter(where: AgentFilter | None) -> agents.AgentFilter:
    chosen = given(where)
    if chosen is None:
        return agents.AgentFilter()
    presences: list[AgentPresence] | None = given(chosen.presences)
    return agents.AgentFilter(
        _ids(chosen.department_ids, "Department"),
        _ids(chosen.skill_ids, "Skill"),
        _search(given(chosen.text)),
        agents.CONNECTED if presences is None else frozenset(presences),
    )


def _search(words: str | None) -> str | None:
    try:
        return text.optional(words, text.SEARCH, "where", "text")
    except InvalidInput as refusal:
        raise BadUserInput(f"where.text: {refusal}") from refusal


@strawberry.type(description="What can be asked.")
class Query:
    @query(Viewer, AGENTS)
    async def viewer(self, info: Info) -> Any:
        """You: the agent your token names."""
        actor, reads = info.context.known, info.context.reads
        supervised = await organizations.departments_by_id(reads, actor, actor.supervised)
        return SimpleNamespace(
            agent=await info.context.load(agents.agents_by_id, actor.id),
            organization=await organizations.organization(reads, actor.organization_id),
            supervises=sorted(supervised.values(), key=lambda department: department.name),
            rights=[right for right in OrganizationRight if right in actor.rights],
        )

    @query(Node | None, AGENTS)
    async def node(self, info: Info, id: NodeId) -> Any:
        """Anything by its id; null when it is unknown or not yours to know of."""
        return await _node(info, id)

    @query(list[Node | None], AGENTS)
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="The nodes' ids: 100 at most.")
        ],
    ) -> Any:
        """Several nodes by their ids, in that order, null where one is unknown or not yours to know of."""
        if len(ids) > LARGEST:
            raise BadUserInput(f"At most {LARGEST} ids at once; these are {len(ids)}.")
        return [_node(info, id_) for id_ in ids]

    @query(Connection[Agent], COLLEAGUES)
    async def online_agents(
        self,
        info: Info,
        where: Annotated[
            AgentFilter | None, strawberry.argument(description="Which ones.")
        ] = strawberry.UNSET,
        available_for: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="A conversation: each agent's `eligibility` then says whether they can be invited into it."
            ),
        ] = strawberry.UNSET,
        order_by: Annotated[
            AgentSort | None, strawberry.argument(description="Sorted by name unless said.")
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Colleagues who are connected, by department, skill and text."""
        context, sort = info.context, given(order_by)
        order = _agent_order(sort)
        page = await agents.online_agents(
            context.reads,
            context.known,
            _agent_filter(where),
            order,
            paged(info, first, after, last, before),
        )
        if given(available_for) is None:
            return page
        conversation_id = decode(str(available_for), "Conversation")
        return await with_eligibility(context.reads, context.known, conversation_id, page)

    @query(Connection[Department], AGENTS)
    async def departments(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """The departments of your organization, by name."""
        page = paged(info, first, after, last, before)
        return await organizations.list_departments(info.context.reads, info.context.known, page)

    @query(Connection[Skill], AGENTS)
    async def skills(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """The skills of your organization, by name."""
        page = paged(info, first, after, last, before)
        return await organizations.list_skills(info.context.reads, info.context.known, page)

    @query(Conversation | None, AGENTS)
    async def conversation(self, info: Info, id: NodeId) -> Any:
        """A conversation you take part in or oversee; null for any other."""
        return await info.context.load(
            conversations.conversations_by_id, decode(id, "Conversation")
        )

    @query(Connection[Conversation], AGENTS)
    async def conversations(
        self,
        info: Info,
        where: Annotated[
            ConversationFilter | None, strawberry.argument(description="Which ones.")
        ] = strawberry.UNSET,
        order_by: Annotated[
            ConversationSort | None,
            strawberry.argument(description="The newest first unless said."),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """The conversations you take part in or oversee."""
        context, sort = info.context, given(order_by)
        newest_first = sort is None or sort.direction is OrderDirection.DESC
        return await conversations.list_conversations(
            context.reads,
            context.known,
            _conversation_filter(where),
            Order(conversations.NEWEST_FIRST.keys, descending=newest_first),
            paged(info, first, after, last, before),
        )

    @query(Invitation | None, AGENTS)
    async def invitation(self, info: Info, id: NodeId) -> Any:
        """An invitation you sent, received, or see as a participant; null for any other."""
        return await info.context.load(invitations.invitations_by_id, decode(id, "Invitation"))

    @query(Connection[Invitation], AGENTS)
    async def my_invitations(
        self,
        info: Info,
        where: Annotated[
            InvitationFilter | None,
            strawberry.argument(description="Which ones; received ones unless said."),
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Your own invitations, the newest first."""
        chosen = given(where) or InvitationFilter()
        return await invitations.my_invitations(
            info.context.reads,
            info.context.known,
            chosen.direction,
            given(chosen.statuses),
            paged(info, first, after, last, before),
        )

    @query(CollaborationPolicy, AGENTS)
    async def collaboration_policy(self, info: Info) -> Any:
        """The rules of collaboration in your organization."""
        return await organizations.policy_of(info.context.reads, info.context.known.organization_id)

    @query(CustomerConversation | None, CUSTOMERS)
    async def customer_conversation(self, info: Info) -> Any:
        """The one conversation that your token names."""
        return await messages.customer_conversation(info.context.reads, info.context.known)


def _agent_order(sort: AgentSort | None) -> Order:
    if sort is None:
        return Order(agents.ORDERS[agents.AgentOrder.NAME])
    return Order(agents.ORDERS[sort.field], descending=sort.direction is OrderDirection.DESC)


def _conversation_filter(where: ConversationFilter | None) -> conversations.ConversationFilter:
    chosen = given(where)
    if chosen is None:
        return conversations.ConversationFilter()
    return conversations.ConversationFilter(
        given(chosen.statuses),
        given(chosen.classes),
        _ids(chosen.department_ids, "Department"),
        given(chosen.participating),
    )
