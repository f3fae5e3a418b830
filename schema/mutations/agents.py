"""Presence: what an agent says of themselves."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from resolvers import agents
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import AGENTS
from schema.ids import decode
from schema.inputs.agents import HeartbeatInput, SetPresenceInput
from schema.payloads.agents import HeartbeatPayload, SetPresencePayload
from schema.performing import perform


@strawberry.type
class AgentMutations:
    @mutation(SetPresencePayload, AGENTS)
    async def set_presence(
        self,
        info: Info,
        input: Annotated[SetPresenceInput, strawberry.argument(description="The presence.")],
    ) -> Any:
        """State your presence. Colleagues see it while you are connected; OFFLINE hides you."""
        return await perform(
            info, input, lambda work, asker: agents.set_presence(work, asker, input.presence)
        )

    @mutation(HeartbeatPayload, AGENTS)
    async def heartbeat(
        self,
        info: Info,
        input: Annotated[HeartbeatInput, strawberry.argument(description="Which connection.")],
    ) -> Any:
        """Say that you are still there: you count as connected for 30 seconds, or as `collaborationPolicy` says."""
        named = given(input.conversation_id)
        looking_at = None if named is None else decode(named, "Conversation")
        return await perform(
            info,
            input,
            lambda work, asker: agents.heartbeat(work, asker, input.connection_id, looking_at),
        )
