"""Who you are, and which colleagues could help."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any

import strawberry

from domain import text
from domain.actors import OrganizationRight
from domain.agents import AgentPresence
from domain.errors import BadUserInput, InvalidInput
from resolvers.eligibility import with_eligibility
from resolvers.reads import agents, organizations
from resolvers.reads.paging import Order
from schema.connections import Connection
from schema.context import Info
from schema.enums import OrderDirection
from schema.fields import After, Before, First, Last, given, paged, query
from schema.guards import AGENTS, COLLEAGUES
from schema.ids import decode, decode_list
from schema.inputs.agents import AgentFilter, AgentSort
from schema.types.agents import Agent, Viewer


def _agent_filter(where: AgentFilter | None) -> agents.AgentFilter:
    chosen = given(where)
    if chosen is None:
        return agents.AgentFilter()
    presences: list[AgentPresence] | None = given(chosen.presences)
    return agents.AgentFilter(
        decode_list(chosen.department_ids, "Department"),
        decode_list(chosen.skill_ids, "Skill"),
        _search(given(chosen.text)),
        agents.CONNECTED if presences is None else frozenset(presences),
    )


def _search(words: str | None) -> str | None:
    try:
        return text.optional(words, text.SEARCH, "where", "text")
    except InvalidInput as refusal:
        raise BadUserInput(f"where.text: {refusal}") from refusal


def _agent_order(sort: AgentSort | None) -> Order:
    if sort is None:
        return Order(agents.ORDERS[agents.AgentOrder.NAME])
    return Order(agents.ORDERS[sort.field], descending=sort.direction is OrderDirection.DESC)


@strawberry.type
class AgentQueries:
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
            info.reads("id"),
            context.known,
            _agent_filter(where),
            order,
            paged(info, first, after, last, before),
        )
        if given(available_for) is None:
            return page
        conversation_id = decode(str(available_for), "Conversation")
        return await with_eligibility(context.reads, context.known, conversation_id, page)
