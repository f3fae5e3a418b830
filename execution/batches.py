"""Fields that are read for all parents of a level at once, as the schema declares them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

BATCHED = "batched"  # the keys of a strawberry field's metadata
TYPED = "typed"  # for a function of the parent type's name that returns a function of the parent

Batch = Callable[..., Awaitable[Mapping[Any, Any]]]
Arguments = Callable[[Any, Mapping[str, Any]], Sequence[Hashable]]


@dataclass(frozen=True)
class Batched:
    """`key` of a parent is what `batch` finds its value by; a parent without one has none.

    `arguments` turns the field's info and its GraphQL arguments into what the batch takes beside the keys; of the info it
    looks at what is selected alone, for it is asked once where the arguments are always the same.
    """

    batch: Batch
    key: Callable[[Any], Hashable]
    arguments: Arguments = lambda info, given: ()
    skips_none: bool = True


class Loads(Protocol):
    """The context of an operation, which remembers what it has loaded. `in_turn` tells that loads gain nothing by being
    under way together.
    """

    @property
    def in_turn(self) -> bool: ...

    async def load_many(
        self, batch: Batch, arguments: Sequence[Hashable], keys: Sequence[Any]
    ) -> Sequence[Any]:
        """Return the value of each key, None for what is not found."""
        ...
