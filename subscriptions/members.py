"""Who is a member of a group: somebody's subscription, what it asks for and where it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.actors import Actor
from domain.cursors import Cursor
from models.database import Reads
from models.stored import StoredEvent
from subscriptions.streams import Standing

if TYPE_CHECKING:
    from subscriptions.group import Group

Payload = bytes | None
Over = Callable[[Exception | None], None]


class Shape(Protocol):
    """What a subscription asks for, apart from whom and from where on."""

    @property
    def key(self) -> Hashable: ...

    def sight(self, actor: Actor, standing: Standing) -> Hashable:
        """Return everything of the asker that the answer depends on."""
        ...

    async def payload(self, event: StoredEvent, actor: Actor, reads: Reads) -> Payload:
        """Execute for one event, with what these reads find; None when the subscription does not tell it."""
        ...


class Receiver(Protocol):
    """Where a member's payloads go."""

    def push(self, payload: bytes) -> bool:
        """Write at once and return True, or write nothing."""
        ...

    async def send(self, payload: bytes) -> None:
        """Write, as long as that takes."""
        ...


@dataclass(eq=False, slots=True)
class Member:
    """One subscription of somebody: it has been told everything up to `place`.

    It has a `task` while it catches up, and a `group` while it is live. Unless it is cancelled `ended` is called once:
    with what is the matter, or with None when the stream is over. What it does is done in its `context`.
    """

    actor: Actor
    place: Cursor
    receiver: Receiver
    ended: Over
    task: asyncio.Task[None] | None = None
    group: Group | None = None
    context: Context = field(default_factory=copy_context)

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()
        if self.group is not None:
            self.group.drop(self)
