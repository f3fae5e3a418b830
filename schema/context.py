"""What one operation knows: who asks, how to read, how to write, and the batches under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import strawberry
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionNode,
)
from strawberry.dataloader import DataLoader
from strawberry.types.arguments import convert_arguments

from domain.actors import Actor, Asker
from domain.cursors import Cursor
from domain.errors import Unauthenticated
from domain.permissions import Permission
from domain.rates import OperationKind, Rates
from domain.streams import Stream
from execution.batches import Wanted
from execution.compiler import Compiler
from models.database import Database, Reads
from models.narrowing import Narrowed, needs_of
from models.unit_of_work import Author, UnitOfWork, Wake, unit_of_work
from resolvers.actors import Claims, actor_of
from schema.views import VIEWS
from subscriptions.feeds import Feeds
from subscriptions.presence import Presences

Resolving = GraphQLResolveInfo[Any]
Batch = Callable[..., Awaitable[Mapping[Any, Any]]]


class RateLimiter(Protocol):
    """Keeps the buckets of who asks for what how often; `rates` is None where they are not limited."""

    @property
    def rates(self) -> Rates | None: ...

    async def take(self, person: str, kind: OperationKind | None, field: str, tokens: int) -> float:
        """Take tokens and return 0, or take none and return the seconds until they are there.

        Without a kind it is for a document that was never seen before.
        """
        ...


# From an agent, a conversation, an invitation and a time to a token that is good for nothing else.
SignGuest = Callable[[UUID, UUID, UUID, datetime], str]


@dataclass(frozen=True)
class Services:
    """What a process shares between its operations. `sign` is None where an identity provider makes the tokens."""

    database: Database
    feeds: Feeds
    presences: Presences
    wake: Wake
    rates: RateLimiter
    compiler: Compiler | None = None
    sign: SignGuest | None = None


@dataclass(frozen=True, slots=True)
class Parked:
    """A subscription that has begun: what it follows from where on, and which events it tells by their names."""

    stream: Stream
    place: Cursor
    tells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParkedWatch:
    """A subscription to presence: of which departments, everybody's unless said."""

    departments: Collection[UUID] | None
    tells: tuple[str, ...] = ("",)


@dataclass(slots=True)
class Facts:
    """What is learned of one operation on its way; `tokens` are what it takes from a bucket beyond the usual one. `alone`
    tells that it has one root field only, and that this is known.

    Where `parks` is set, a subscription only begins in the schema: it is `parked` there, and others follow for it.
    """

    kind: OperationKind | None = None
    fields: tuple[str, ...] = ()
    cost: int | None = None
    tokens: int = 0
    alone: bool = False
    limit: asyncio.Timeout | None = None
    actor: Actor | None = None
    parks: bool = False
    parked: Parked | ParkedWatch | None = None

    def waiting(self) -> None:
        """From here on the operation follows what happens: nothing limits its time."""
        if self.limit is not None:
            self.limit.reschedule(None)


@dataclass
class Context:
    """Made anew for each operation and each event, so that nothing read is older than the answer.

    `failure` is why it could not be read who asks; every guard raises it.
    """

    services: Services
    claims: Claims | None = None
    actor: Actor | None = None
    failure: Exception | None = None
    address: str = ""
    facts: Facts = field(default_factory=Facts)
    reads: Reads = field(init=False)
    loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)
    loaded: dict[Hashable, dict[Any, Any]] = field(default_factory=dict)
    demanded: dict[str | int, Permission] = field(default_factory=dict)
    wanted: dict[str, Wanted] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reads = self.services.database

    @property
    def in_turn(self) -> bool:
        return self.services.database.readers.in_turn

    @property
    def known(self) -> Actor:
        """The actor; guards have made sure that there is one."""
        if self.failure is not None:
            raise self.failure
        if self.actor is None:
            raise Unauthenticated("Sign in: send a valid token as `Authorization: Bearer ...`.")
        return self.actor

    @property
    def person(self) -> str:
        """Whose requests are counted together: a person's, or those without a token from one address."""
        return str(self.actor.id) if self.actor else self.address

    async def identified(self) -> Context:
        """Return a context for one operation: who asks is read anew, however long the connection lasts."""
        fresh = Context(self.services, self.claims, address=self.address, facts=self.facts)
        try:
            if self.claims:
                fresh.actor = await actor_of(self.services.database, self.claims)
                fresh.facts.actor = fresh.actor
        except Exception as failure:  # raised here it would end a whole socket
            fresh.failure = failure
        return fresh

    def anew(self, reads: Reads | None = None) -> Context:
        """Return a context for another event of the same asker."""
        fresh = Context(self.services, self.claims, self.actor, facts=self.facts)
        fresh.reads = reads or self.services.database
        return fresh

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        author = Author(self.known.kind, self.known.id)
        return unit_of_work(self.services.database, self.services.wake, author)

    def load(self, batch: Batch, key: Hashable, *arguments: Hashable) -> Awaitable[Any]:
        """Return what `batch` finds for `key`; all keys of one level are asked for in one call."""
        of = (batch, arguments)
        if of not in self.loaders:
            self.loaders[of] = DataLoader(load_fn=partial(self._run, batch, arguments))
        return self.loaders[of].load(key)

    async def load_root(self, batch: Batch, key: Hashable, reads: Reads) -> Any:
        """Return what `batch` finds for a root field's key; other root fields may ask for more of the same."""
        if not self.facts.alone:
            return await self.load(batch, key)
        return (await self._run(batch, (), [key], reads))[0]

    async def load_many(
        self,
        batch: Batch,
        arguments: Sequence[Hashable],
        keys: Sequence[Any],
        wanted: Wanted | None = None,
    ) -> list[Any]:
        """Return what `batch` finds for each key, None without one; what was found before is not read again."""
        found = self.loaded.setdefault((batch, tuple(arguments)), {None: None})
        if missing := [key for key in dict.fromkeys(keys) if key not in found]:
            found |= dict.fromkeys(missing)
            reads = self.narrowed(wanted, needs_of(batch))
            found |= await batch(reads, self.known, missing, *arguments)
        return [found[key] for key in keys]

    def narrowed(self, wanted: Wanted | None, needs: Collection[str] | None) -> Reads:
        """Return reads of what is looked at only, and of what the function needs that reads it. What guests read is masked, in
        views that are whole.
        """
        if wanted is None or needs is None or self.known.external:
            return self.reads
        return Narrowed(self.reads, wanted.of(VIEWS), frozenset(needs))

    async def _run(
        self,
        batch: Batch,
        arguments: Sequence[Hashable],
        keys: list[Any],
        reads: Reads | None = None,
    ) -> list[Any]:
        found = await batch(reads or self.reads, self.known, keys, *arguments)
        return [found.get(key) for key in keys]


class Info(strawberry.Info[Context, None]):
    @property
    def parent_name(self) -> str:
        return str(self._raw_info.parent_type.name)

    @property
    def asker(self) -> Asker:
        """Who asks, with the permission that this root field declares for the row behind it."""
        return Asker(self.context.known, self.context.demanded.get(self.path.key))

    def reads(self, *needs: str) -> Reads:
        """Return reads of what is looked at below this root field only, and of what its resolver needs."""
        return self.context.narrowed(self.context.wanted.get(str(self.path.key)), needs)

    async def load(self, batch: Batch, key: Hashable) -> Any:
        """Return what `batch` finds for this root field's key; other root fields may ask for more of the same."""
        needs = needs_of(batch)
        reads = self.context.reads if needs is None else self.reads(*needs)
        return await self.context.load_root(batch, key, reads)

    def converted(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the field's GraphQL arguments as its resolver takes them."""
        registry, config = self.schema.schema_converter.scalar_registry, self.schema.config
        return convert_arguments(dict(given), self._field.arguments, registry, config)

    def selects(self, name: str) -> bool:
        """Tell whether the field `name` is asked for directly below this one."""
        return any(self._names(node.selection_set, name) for node in self._raw_info.field_nodes)

    def _names(self, selections: Any, name: str) -> bool:
        return selections is not None and any(
            self._is(node, name) for node in selections.selections
        )

    def _is(self, node: SelectionNode, name: str) -> bool:
        if isinstance(node, FieldNode):
            return node.name.value == name
        if isinstance(node, FragmentSpreadNode):
            fragment = self._raw_info.fragments[node.name.value]
            return self._names(fragment.selection_set, name)
        return isinstance(node, InlineFragmentNode) and self._names(node.selection_set, name)
