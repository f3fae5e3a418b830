"""Subscriptions after they have begun: from the schema's hands into those of the groups."""

from __future__ import annotations

import asyncio

from schema.context import Facts, ParkedWatch, Services
from schema.sharing import Shapes
from server.graphql.requests import GraphQLRequest
from server.metrics import Metrics
from subscriptions.groups import Groups
from subscriptions.members import Member, Over, Receiver
from subscriptions.watching import Watcher, Watches


class Followings:
    def __init__(self, services: Services, metrics: Metrics) -> None:
        self.shapes = Shapes(services)
        self.groups = Groups(services.feeds, metrics.events.inc)
        self.watches = Watches(services.presences, metrics.events.inc, self.groups.turns)

    def begin(
        self,
        request: GraphQLRequest,
        facts: Facts,
        receiver: Receiver,
        ended: Over,
    ) -> Member | Watcher:
        """Deliver to the receiver until the stream is over, something is wrong, or the member is cancelled."""
        assert facts.parked, "it has begun"
        assert facts.actor, "guards have made sure of it"
        parked = facts.parked
        shape = self.shapes.of(
            request.query or "", request.operation_name, request.variables or {}, parked
        )
        if isinstance(parked, ParkedWatch):
            watcher = Watcher(facts.actor, receiver, ended)
            self.watches.follow(shape, watcher, parked.departments)
            return watcher
        member = Member(facts.actor, parked.place, receiver, ended)
        self.groups.follow(parked.stream, shape, member)
        return member

    async def follow(self, request: GraphQLRequest, facts: Facts, receiver: Receiver) -> None:
        """Wait until the stream is over, or fail."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def ended(problem: Exception | None) -> None:
            if not over.done():
                over.set_exception(problem) if problem else over.set_result(None)

        member = self.begin(request, facts, receiver, ended)
        try:
            await over
        finally:
            member.cancel()
