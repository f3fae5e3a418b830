"""How fields are declared: description, guard and batch function in one place each.

A GraphQL type here only declares; its values are the frozen views that the reads return, and a field without a
resolver is the view's attribute of the same name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from enum import IntEnum
from functools import wraps
from inspect import cleandoc
from operator import attrgetter
from typing import Annotated, Any, TypeVar

import strawberry

from execution.batches import BATCHED, READS, TYPED, Batched
from resolvers.reads.paging import page_request
from schema.context import Batch, Info
from schema.costs import Cost
from schema.guards import Guard, Requires
from schema.scalars import Cursor
from schema.views import VIEWS as VIEWS

T = TypeVar("T")
Resolver = Callable[..., Any]
Typed = Callable[[str], Callable[[Any], Any]]

Declared = Guard | Cost
MUTATION_COST = Cost(weight=10)
COUNT_COST = Cost(weight=10)


class Sight(IntEnum):
    """What of the asker a field's value depends on, apart from what its parent is.

    Subscriptions whose askers have this in common share one execution of an event: see schema/sharing.py. What is not
    declared counts as OWN.
    """

    SAME = 0  # nothing: it is read off the parent
    ORGANIZATION = 1
    PART = 2  # role and level in the conversation that the event is of
    OWN = 3  # who it is


def seen(sight: Sight) -> dict[object, Any]:
    """Return the metadata of a field that declare its sight."""
    return {Sight: sight}


def sight_of(field: Any) -> Sight:
    """Return what a field of the built schema declares."""
    definition = field.extensions.get("strawberry-definition")
    declared: Sight = getattr(definition, "metadata", {}).get(Sight, Sight.OWN)
    return declared


First = Annotated[
    int | None,
    strawberry.argument(
        description="How many from the start: 0 to 100, default 20. More is refused."
    ),
]
After = Annotated[
    Cursor | None, strawberry.argument(description="Only what comes after this edge's cursor.")
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description="How many from the end: 0 to 100, default 20. More is refused."
    ),
]
Before = Annotated[
    Cursor | None, strawberry.argument(description="Only what comes before this edge's cursor.")
]


def given(value: T | None) -> T | None:
    """Return None for what a client left out."""
    return None if value is strawberry.UNSET else value


def described(text: str | None, directives: list[Declared]) -> str:
    return "\n\n".join([cleandoc(text or ""), *(each.sentence() for each in directives)])


def output(view: type | None = None, *directives: Declared) -> Callable[[type[T]], type[T]]:
    """Declare an object type; its docstring is the description, `view` the class of its values."""

    def declare(kind: type[T]) -> type[T]:
        if view is not None:
            VIEWS[view] = kind.__name__
            kind.is_type_of = classmethod(_of_view(view))  # type: ignore[attr-defined]  # strawberry looks for it
        return strawberry.type(
            kind, description=described(kind.__doc__, list(directives)), directives=list(directives)
        )

    return declare


def _of_view(view: type) -> Callable[..., bool]:
    def is_type_of(cls: type, value: Any, info: Any) -> bool:
        return isinstance(value, view)

    is_type_of.tells_by_class = True  # type: ignore[attr-defined]  # for compiled documents
    return is_type_of


def interface(kind: type[T]) -> type[T]:
    return strawberry.interface(kind, description=cleandoc(kind.__doc__ or ""))


def field(
    description: str,
    *directives: Declared,
    type: Any = None,
    name: str | None = None,
    sight: Sight = Sight.SAME,
) -> Any:
    """Declare a field that is an attribute of the view."""
    return strawberry.field(
        description=described(description, list(directives)),
        directives=list(directives),
        graphql_type=type,
        name=name,
        metadata=seen(sight),
    )


def computed(
    type: Any,
    *directives: Declared,
    sight: Sight = Sight.OWN,
    typed: Typed | None = None,
    reads: Sequence[str] | None = None,
) -> Callable[[Resolver], Any]:
    """Declare a field by a function of the view; its docstring is the description.

    `typed` gives the same function for a type by its name, where that is all it needs to know beside the view. `reads` names
    all of the view that it looks at: where that is said, what nobody looks at is not read.
    """
    metadata = seen(sight) | ({TYPED: typed} if typed else {}) | {READS: reads}

    def declare(resolver: Resolver) -> Any:
        return strawberry.field(
            resolver,
            graphql_type=type,
            description=described(resolver.__doc__, list(directives)),
            directives=list(directives),
            metadata=metadata,
        )

    return declare


def query(type: Any, *directives: Declared) -> Callable[[Resolver], Any]:
    """Declare a root query. A guarded one is nullable: what is refused must not take the rest of an answer away."""
    guarded = any(isinstance(each, Requires) for each in directives)
    return computed(type | None if guarded else type, *directives)


def mutation(type: Any, *directives: Declared) -> Callable[[Resolver], Any]:
    """Declare a mutation. It costs more than reading does, and is nullable: what came before it was done."""
    return computed(type | None, MUTATION_COST, *directives)


def subscription(type: Any, *directives: Declared) -> Callable[[Resolver], Any]:
    def declare(resolver: Resolver) -> Any:
        return strawberry.subscription(
            resolver,
            graphql_type=type,
            description=described(resolver.__doc__, list(directives)),
            directives=list(directives),
        )

    return declare


def batched(
    type: Any,
    batch: Batch,
    key: str,
    description: str,
    *directives: Declared,
    sight: Sight = Sight.OWN,
) -> Any:
    """Declare a field that is read for all parents at once: `batch` maps each parent's `key` to its value."""
    key_of = attrgetter(key)

    def resolve(root: Any, info: Info) -> Awaitable[Any] | None:
        value = key_of(root)
        return None if value is None else info.context.load(batch, value)

    return strawberry.field(
        resolve,
        graphql_type=type,
        description=described(description, list(directives)),
        directives=list(directives),
        metadata={BATCHED: Batched(batch, key_of, reads=key), **seen(sight)},
    )


def batched_list(
    type: Any, batch: Batch, key: str, *directives: Declared, sight: Sight = Sight.OWN
) -> Callable[[Resolver], Any]:
    """Declare a field with arguments that is read for all parents at once, by a function that returns what `batch` takes
    beside the keys; it knows no parent. Its docstring is the description.
    """
    key_of = attrgetter(key)

    def declare(taken: Resolver) -> Any:
        @wraps(taken)
        def resolve(self: Any, info: Info, **arguments: Any) -> Awaitable[Any]:
            return info.context.load(batch, key_of(self), *taken(None, info, **arguments))

        def arguments(info: Info, given: Mapping[str, Any]) -> Sequence[Hashable]:
            found: Sequence[Hashable] = taken(None, info, **info.converted(given))
            return found

        return strawberry.field(
            resolve,
            graphql_type=type,
            description=described(taken.__doc__, list(directives)),
            directives=list(directives),
            metadata={BATCHED: Batched(batch, key_of, arguments, reads=key), **seen(sight)},
        )

    return declare


def batched_page(
    type: Any,
    batch: Batch,
    key: str,
    description: str,
    *directives: Declared,
    sight: Sight = Sight.OWN,
) -> Any:
    """Declare a connection that is read for all parents at once."""

    def page(
        self: Any,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        return (paged(info, first, after, last, before),)

    page.__doc__ = description
    return batched_list(type, batch, key, *directives, sight=sight)(page)


def paged(
    info: Info, first: int | None, after: str | None, last: int | None, before: str | None
) -> Any:
    """Return the page that a connection's arguments ask for."""
    counted = info.selects("totalCount")
    return page_request(given(first), given(after), given(last), given(before), counted)
