"""Anything by its id."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.errors import BadUserInput
from resolvers.reads.paging import LARGEST
from schema.context import Info
from schema.fields import query
from schema.guards import AGENTS
from schema.ids import decode_any
from schema.nodes import NODES
from schema.types.node import Node

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
