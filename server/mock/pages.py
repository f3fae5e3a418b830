"""Connections: pages of a list that has an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLObjectType, get_named_type

from resolvers.reads.paging import DEFAULT_SIZE, LARGEST
from server.mock.things import Thing, cursor_at, place_of

if TYPE_CHECKING:
    from server.mock.world import Spot, World

PAGING = frozenset({"first", "after", "last", "before"})
FEWEST, MOST = 3, 24


def is_connection(kind: Any) -> bool:
    return isinstance(kind, GraphQLObjectType) and {"edges", "pageInfo"} <= kind.fields.keys()


def page_of(world: World, kind: GraphQLObjectType, spot: Spot) -> Thing:
    """Return a connection whose edges, nodes, `pageInfo` and `totalCount` belong together."""
    edge: Any = get_named_type(kind.fields["edges"].type)
    node: Any = get_named_type(edge.fields["node"].type)
    total, begin = _extent(world, node, spot)
    low, high = bounds(total, spot.arguments)
    nodes = [_node(world, node, spot, begin, place) for place in range(low, high)]
    cursors = [cursor_at(place) for place in range(low, high)]
    known = {
        "nodes": nodes,
        "edges": [
            Thing(edge.name, f"{each.key}/edge", known={"node": each, "cursor": cursor})
            for each, cursor in zip(nodes, cursors, strict=True)
        ],
        "pageInfo": Thing("PageInfo", "", known=_info(cursors, low > 0, high < total)),
        "totalCount": total,
    }
    return Thing(kind.name, spot.key, known=known)


def _node(world: World, kind: Any, spot: Spot, begin: int, place: int) -> Thing:
    return world.thing(kind, replace(spot, item=place + 1), begin + place)


def _extent(world: World, node: Any, spot: Spot) -> tuple[int, int]:
    """Return how long the list is and which node it begins with; no node comes twice."""
    pool = world.pool(node)
    total = min(pool, world.dice.between(FEWEST, MOST, spot.key, "total"))
    return total, world.dice.between(0, pool - total, spot.key, "begin")


def _info(cursors: list[str], before: bool, after: bool) -> Mapping[str, Any]:
    return {
        "hasPreviousPage": before,
        "hasNextPage": after,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
    }


def bounds(total: int, arguments: Mapping[str, Any]) -> tuple[int, int]:
    """Return where in a list a page begins and ends."""
    first, last = _size(arguments, "first"), _size(arguments, "last")
    after, before = arguments.get("after"), arguments.get("before")
    low = min(place_of(after) + 1, total) if after is not None else 0
    high = max(min(place_of(before), total), low) if before is not None else total
    if last is not None:
        return max(low, high - last), high
    return low, min(high, low + (DEFAULT_SIZE if first is None else first))


def _size(arguments: Mapping[str, Any], name: str) -> int | None:
    size = arguments.get(name)
    if size is not None and not 0 <= size <= LARGEST:
        words = f"`{name}` is 0 to {LARGEST}, not {size}."
        raise GraphQLError(words, extensions={"code": "BAD_USER_INPUT"})
    return size
