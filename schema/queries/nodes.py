"""Anything by its id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from domain.errors import BadUserInput
from resolvers.reads import (
    agents,
    conversations,
    invitations,
    messages,
    organizations,
    participants,
)
from resolvers.reads.paging import LARGEST
from schema.context import Batch, Info
from schema.fields import query
from schema.guards import AGENTS
from schema.ids import decode_any
from schema.types.node import Node

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


@strawberry.type
class NodeQueries:
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
