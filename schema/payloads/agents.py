"""What mutations of agents answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from resolvers.reads.agents import agents_by_id
from schema.fields import batched, computed, output
from schema.payloads.base import Payload
from schema.types.agents import Agent


@output()
class AgentPayload(Payload):
    agent: Agent | None = batched(
        Agent | None,
        agents_by_id,
        "changed.agent_id",
        "You as colleagues see you; null on refusal.",
    )


@output()
class SetPresencePayload(AgentPayload):
    """The outcome of stating a presence."""


@output()
class HeartbeatPayload(AgentPayload):
    """The outcome of a heartbeat."""

    @computed(datetime | None)
    def lease_expires_at(self: Any) -> Any:
        """Until when you count as connected without another heartbeat; null on refusal."""
        return self.changed.lease_expires_at
