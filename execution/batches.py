"""Fields that are read for all parents of a level at once, as the schema declares them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

BATCHED = "batched"  # the keys of a strawberry field's metadata
TYPED = "typed"  # for a function of the parent type's name that returns a function of the parent
READS = "reads"  # the attributes of the parent that a function of it looks at

Batch = Callable[..., Awaitable[Mapping[Any, Any]]]
Arguments = Callable[[Any, Mapping[str, Any]], Sequence[Hashable]]


@dataclass
class Wanted:
    """The attributes that an operation looks at, by the name of the type; None where that may be all of them."""

    names: dict[str, frozenset[str] | None] = field(default_factory=dict)
    by_class: Mapping[type, frozenset[str]] | None = None

    def add(self, kind: str, names: frozenset[str] | None) -> None:
        known = self.names.get(kind, frozenset())
        self.names[kind] = None if known is None or names is None else known | names

    def of(self, types: Mapping[type, str]) -> Mapping[type, frozenset[str]]:
        """Return them by the classes of the objects, where something can be left out."""
        if self.by_class is None:
            found = {kind: self.names.get(name) for kind, name in types.items()}
            self.by_class = {kind: names for kind, names in found.items() if names is not None}
        return self.by_class


@dataclass(frozen=True)
class Batched:
    """`key` of a parent is what `batch` finds its value by; a parent without one has none. `reads` is the attribute that the
    key comes from.

    `arguments` turns the field's info and its GraphQL arguments into what the batch takes beside the keys; of the info it
    looks at what is selected alone, for it is asked once where the arguments are always the same.
    """

    batch: Batch
    key: Callable[[Any], Hashable]
    arguments: Arguments = lambda info, given: ()
    skips_none: bool = True
    reads: str | None = None


class Loads(Protocol):
    """The context of an operation, which remembers what it has loaded. `in_turn` tells that loads gain nothing by being
    under way together. `wanted` is what is looked at of the objects that root fields return, by what they are answered as.
    """

    wanted: dict[str, Wanted]

    @property
    def in_turn(self) -> bool: ...

    async def load_many(
        self,
        batch: Batch,
        arguments: Sequence[Hashable],
        keys: Sequence[Any],
        wanted: Wanted | None,
    ) -> Sequence[Any]:
        """Return the value of each key, None for what is not found."""
        ...
