"""Holds: why and until when the service paused a conversation."""

from __future__ import annotations

from datetime import datetime

from resolvers.reads.agents import agents_by_id
from resolvers.reads.holds import HoldView
from schema.fields import (
    Sight,
    batched,
    field,
    output,
)
from schema.types.node import (
    AgentRef,
)


@output(HoldView)
class Hold:
    """Why the service has paused a conversation, and until when."""

    reason: str = field("Why, as colleagues were told.")
    paused_at: datetime = field("Since when.")
    resumes_at: datetime = field("When it goes on by itself; the customer was told so.")
    paused_by: AgentRef = batched(
        AgentRef, agents_by_id, "paused_by_id", "Who paused it.", sight=Sight.ORGANIZATION
    )
