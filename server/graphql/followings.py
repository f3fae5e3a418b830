"""Subscriptions after they have begun: from the schema's hands into those of the groups."""

from __future__ import annotations

from schema.context import Facts, Services
from schema.sharing import Shapes
from server.graphql.requests import GraphQLRequest
from server.metrics import Metrics
from subscriptions.groups import Groups, Member, Receiver


class Followings:
    def __init__(self, services: Services, metrics: Metrics) -> None:
        self.shapes = Shapes(services)
        self.groups = Groups(services.feeds, metrics.events.inc)

    async def follow(self, request: GraphQLRequest, facts: Facts, receiver: Receiver) -> None:
        """Deliver to the receiver until the stream is over, or fail."""
        assert facts.parked, "it has begun"
        assert facts.actor, "guards have made sure of it"
        shape = self.shapes.of(
            request.query or "", request.operation_name, request.variables or {}, facts.parked
        )
        member = Member(facts.actor, facts.parked.place, receiver)
        await self.groups.follow(facts.parked.stream, shape, member)
