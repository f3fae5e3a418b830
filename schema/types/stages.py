"""Stages of the service in a conversation."""

from __future__ import annotations

from datetime import datetime

from resolvers.reads.agents import agents_by_id
from resolvers.reads.stages import StageView, stages_by_id
from schema.fields import Sight, batched, field, output
from schema.types.events import ConversationEvent, event
from schema.types.node import AgentRef, Node


@output(StageView)
class ServiceStage(Node):
    """A part of the way to the solution, like `Diagnosis`, with the colleague who answers for it."""

    name: str = field("What it is called.")
    entered_at: datetime = field("When it began.")
    left_at: datetime | None = field("When the next one began, or the conversation was closed.")
    owner: AgentRef = batched(
        AgentRef, agents_by_id, "owner_id", "Who answers for it.", sight=Sight.ORGANIZATION
    )


@event
class StageAdvanced(ConversationEvent):
    """The conversation entered its next stage."""

    stage: ServiceStage | None = batched(
        ServiceStage | None,
        stages_by_id,
        "facts.stage_id",
        "The stage as it is now; null when you can no longer see it.",
        sight=Sight.PART,
    )
