"""Subscriptions after they have begun: from the schema's hands into those of the groups."""

from __future__ import annotations

import asyncio

from schema.context import Facts, Services
from schema.sharing import Shapes
from server.graphql.requests import GraphQLRequest
from server.metrics import Metrics
from subscriptions.groups import Groups
from subscriptions.members import Member, Over, Receiver


class Followings:
    def __init__(self, services: Services, metrics: Metrics) -> None:
        self.shapes = Shapes(services)
        self.groups = Groups(services.feeds, metrics.events.inc)

    def begin(
        self,
        request: GraphQLRequest,
        facts: Facts,
        receiver: Receiver,
        ended: Over,
    ) -> Member:
        """Deliver to the receiver until the stream is over, something is wrong, or the member is cancelled."""
        assert facts.parked, "it has begun"
        assert facts.actor, "guards have made sure of it"
        shape = self.shapes.of(
            request.query or "", request.operation_name, request.variables or {}, facts.parked
        )
        member = Member(facts.actor, facts.parked.place, receiver, ended)
        self.groups.follow(facts.parked.stream, shape, member)
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
