"""Subscriptions: a snapshot, then an event every moment, for as long as somebody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type

from server.mock.things import Thing, cursor_at, place_of
from server.mock.world import SNAPSHOT, Resolving, Spot, World


@dataclass(frozen=True)
class Streams:
    """`every` is how many seconds lie between two events."""

    world: World
    every: float

    async def subscribe(
        self, source: Any, info: Resolving, **arguments: Any
    ) -> AsyncGenerator[Thing]:
        """Yield root objects whose one field is the next event; `after` resumes behind an event."""
        after = arguments.pop("after", None)
        root = Thing(info.parent_type.name, "")
        spot = self.world.spot(root, info, arguments)
        kind = get_named_type(info.return_type)
        place = 0 if after is None else place_of(after) + 1
        while True:
            if place > 0:
                await asyncio.sleep(self.every)
            event = self._event(kind, spot, place)
            yield replace(root, known={info.field_name: event})
            place += 1

    def _event(self, kind: Any, spot: Spot, place: int) -> Thing:
        concrete = self._snapshot(kind) if place == 0 else None
        event = self.world.thing(concrete or kind, replace(spot, item=place), place)
        return replace(event, known={**event.known, "cursor": cursor_at(place)})

    def _snapshot(self, kind: GraphQLNamedType) -> GraphQLObjectType | None:
        """Return the type that begins a stream, where there is one."""
        schema: Any = self.world.schema
        possible = [] if isinstance(kind, GraphQLObjectType) else schema.get_possible_types(kind)
        return next((each for each in possible if each.name.endswith(SNAPSHOT)), None)
