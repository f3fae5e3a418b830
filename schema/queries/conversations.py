"""Conversations, as agents see them and as their customer does."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience
from resolvers.reads import conversations, messages
from resolvers.reads.paging import Order
from schema.connections import Connection
from schema.context import Info
from schema.enums import OrderDirection
from schema.fields import After, Before, First, Last, given, paged, query
from schema.guards import AGENTS, Requires
from schema.ids import decode, decode_list
from schema.inputs.conversations import ConversationFilter, ConversationSort
from schema.queries.nodes import NodeId
from schema.types.conversations import Conversation
from schema.types.customers import CustomerConversation

CUSTOMERS = Requires(audience=[Audience.CUSTOMER])


def _conversation_filter(where: ConversationFilter | None) -> conversations.ConversationFilter:
    chosen = given(where)
    if chosen is None:
        return conversations.ConversationFilter()
    return conversations.ConversationFilter(
        given(chosen.statuses),
        given(chosen.classes),
        decode_list(chosen.department_ids, "Department"),
        given(chosen.participating),
    )


@strawberry.type
class ConversationQueries:
    @query(Conversation | None, AGENTS)
    async def conversation(self, info: Info, id: NodeId) -> Any:
        """A conversation you take part in or oversee; null for any other."""
        return await info.load(conversations.conversations_by_id, decode(id, "Conversation"))

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
            info.reads(),
            context.known,
            _conversation_filter(where),
            Order(conversations.NEWEST_FIRST.keys, descending=newest_first),
            paged(info, first, after, last, before),
        )

    @query(CustomerConversation | None, CUSTOMERS)
    async def customer_conversation(self, info: Info) -> Any:
        """The one conversation that your token names."""
        return await messages.customer_conversation(info.context.reads, info.context.known)
