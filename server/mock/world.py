"""The example world behind a schema: whatever is asked of it has one answer, decided by seed and place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from server.mock.coherence import ALWAYS_EMPTY, COUPLED, SELDOM
from server.mock.dice import Dice
from server.mock.leaves import leaf
from server.mock.narrowing import narrowed
from server.mock.pages import PAGING, is_connection, page_of
from server.mock.saying import Said, said_by
from server.mock.things import Thing, id_of, read_id
from server.mock.words import STRINGS

POOL = 60  # how many there are of each kind of node
NODE, SNAPSHOT, PAYLOAD = "Node", "Snapshot", "Payload"
Resolving = GraphQLResolveInfo[Any]


@dataclass(frozen=True)
class Spot:
    """A field of a thing as it was asked for; of a list, one of its items."""

    thing: Thing
    field: str
    arguments: Mapping[str, Any]
    said: Said
    item: int = 0

    @cached_property
    def key(self) -> str:
        """Name the place. Which page is asked for does not matter: all pages are of one list."""
        chosen = {name: value for name, value in self.arguments.items() if name not in PAGING}
        asked = json.dumps(chosen, sort_keys=True, default=str) if chosen else ""
        return f"{self.thing.key}.{self.field}{asked}{self.item or ''}"

    @property
    def given_id(self) -> str | None:
        """The id that the request gave for what stands here: `id`, one of `ids`, or `noteId` for `note`."""
        ids = self.arguments.get("ids")
        if ids:
            return str(ids[self.item])
        told = self.arguments.get("id") or self.thing.said.get(f"{self.field}Id", ("", None))[1]
        return None if told is None else str(told)


class World:
    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self.schema = schema
        self.dice = Dice(seed)
        roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
        self.roots = {root.name for root in roots if root}
        self.possible = {
            kind.name: sorted(schema.get_possible_types(kind), key=lambda each: each.name)
            for kind in schema.type_map.values()
            if is_abstract_type(kind)
        }

    def resolve(self, source: Any, info: Resolving, **arguments: Any) -> Any:
        """Answer any field; graphql-core calls it for each."""
        thing = source if isinstance(source, Thing) else Thing(info.parent_type.name, "")
        if info.field_name in thing.known:
            return thing.known[info.field_name]
        return self.value(info.return_type, self.spot(thing, info, arguments))

    def spot(self, thing: Thing, info: Resolving, arguments: Mapping[str, Any]) -> Spot:
        """Return the place that is asked; what a mutation said is known in its payload and one level below."""
        said: Said = {}
        if thing.kind in self.roots and info.parent_type is not self.schema.query_type:
            said = said_by(info, arguments)
        elif thing.kind.endswith(PAYLOAD):
            said = thing.said
        return Spot(thing, info.field_name, arguments, said)

    def value(self, kind: Any, spot: Spot) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type, spot)
        return None if self._absent(kind, spot) else self._present(kind, spot)

    def _absent(self, kind: Any, spot: Spot) -> bool:
        if not self._holds(spot):
            return True
        usual = spot.field in COUPLED or spot.thing.kind.endswith(PAYLOAD)
        if usual or not is_leaf_type(kind) or self._echoed(kind, spot):
            return False
        seldom = spot.field in SELDOM
        return self.dice.once_in(4 if seldom else 8, spot.key, "absent") is not seldom

    def _holds(self, spot: Spot) -> bool:
        """Tell whether the neighbour on which the field depends lets it have a value."""
        neighbour, suits = COUPLED.get(spot.field, ("", bool))
        parent = self.schema.get_type(spot.thing.kind)
        found = getattr(parent, "fields", {}).get(neighbour)
        if found is None:
            return True
        beside = Spot(spot.thing, neighbour, {}, {})
        return suits(spot.thing.known.get(neighbour) or self.value(found.type, beside))

    def _echoed(self, kind: Any, spot: Spot) -> bool:
        return spot.thing.said.get(spot.field, ("", None))[0] == str(kind)

    def _present(self, kind: Any, spot: Spot) -> Any:
        if self._echoed(kind, spot):
            return spot.thing.said[spot.field][1]
        if isinstance(kind, GraphQLList):
            return self._items(kind, spot)
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return leaf(kind, self.dice, spot.thing, spot.field)
        if is_connection(kind):
            return page_of(self, kind, spot)
        return self.thing(kind, spot)

    def _items(self, kind: GraphQLList[Any], spot: Spot) -> list[Any]:
        named = get_named_type(kind)
        if spot.field in ALWAYS_EMPTY or not self._holds(spot):
            return []
        if isinstance(named, GraphQLEnumType):
            return self._some(list(named.values), spot)
        count = self._count(spot)
        return [self.value(kind.of_type, replace(spot, item=i)) for i in range(count)]

    def _some(self, names: list[str], spot: Spot) -> list[str]:
        """Return one or two of an enum's values, in their order."""
        first = self.dice.number(spot.key) % len(names)
        return names[first : first + self.dice.between(1, 2, spot.key, "count")]

    def _count(self, spot: Spot) -> int:
        """Return how many items a list has: as many as were asked for, where the request lists them."""
        if "ids" in spot.arguments:
            return len(spot.arguments["ids"])
        told = [value for _, value in spot.thing.said.values() if isinstance(value, list)]
        if len(told) == 1 and spot.thing.kind.endswith(PAYLOAD):
            return len(told[0])
        return self.dice.between(1, 3, spot.key, "count")

    def thing(self, kind: GraphQLNamedType, spot: Spot, number: int | None = None) -> Thing:
        """Return the object at a place. Nodes are few and come again, each with the same data everywhere."""
        id_ = spot.given_id
        concrete = self.concrete(kind, spot.key, id_)
        if number is None:
            number = self.dice.number(replace(spot, item=0).key, "first") % 1_000 + spot.item
        way = (spot.thing.kind, spot.field, spot.arguments)
        known: dict[str, Any] = dict(narrowed(concrete, self.dice, f"{spot.key}{number}", way))
        if not any(each.name == NODE for each in concrete.interfaces):
            return Thing(concrete.name, f"{spot.key}#{number}", number, spot.said, known)
        number %= self.pool(concrete)
        if id_ is None:
            id_ = id_of(concrete.name, self.dice.number(concrete.name, number), number)
        else:
            number = self._number_of(id_) % self.pool(concrete)
        return Thing(concrete.name, id_, number, spot.said, {**known, "id": id_})

    def _number_of(self, id_: str) -> int:
        read = read_id(id_)
        return read[1] if read else self.dice.number(id_)

    def concrete(self, kind: Any, key: str, id_: str | None = None) -> GraphQLObjectType:
        """Return an object type; of several the id or the dice decide. Snapshots only begin streams."""
        if isinstance(kind, GraphQLObjectType):
            return kind
        possible = self.possible[kind.name]
        read = read_id(id_) if id_ else None
        named = [each for each in possible if read and each.name == read[0]]
        usual = [each for each in possible if not each.name.endswith(SNAPSHOT)]
        return self.dice.pick(named or usual or possible, id_ or key)

    def pool(self, kind: GraphQLNamedType) -> int:
        """Return how many nodes of a kind there are: as many as have names of their own."""
        return len(STRINGS.get(f"{kind.name}.name") or range(POOL))
