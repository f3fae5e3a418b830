"""Presence as it changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from resolvers.reads.agents import agents_by_id
from schema.context import Info
from schema.fields import Sight, computed, field, output
from schema.types.agents import Agent


@output()
class PresenceUpdate:
    """Who can be reached: everybody asked about at first, then those whose presence changed."""

    complete: bool = field(
        "True when `agents` is everybody asked about: forget what you knew. False when it names only who changed."
    )
    occurred_at: datetime = field("When it was read, by the service's clock.")

    @computed(list[Agent], sight=Sight.ORGANIZATION)
    async def agents(self: Any, info: Info) -> Any:
        """The agents as they are now; of several changes of one agent only the last is told."""
        found = await agents_by_id(info.context.reads, info.context.known, self.agent_ids)
        return [found[id_] for id_ in self.agent_ids if id_ in found]
