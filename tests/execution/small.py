"""A schema of its own, in which everything can go wrong that goes wrong in schemas."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache
from strawberry.types import Info

from execution.batches import BATCHED, Batched
from execution.compiler import Compiler, Compiling
from execution.executor import CompiledExecutor


@dataclass
class Loaded:
    """A context that loads, and counts."""

    compiler: Compiler | None
    ran: list[str] = field(default_factory=list)
    loads: int = 0
    in_turn = False
    wanted: dict[str, Any] = field(default_factory=dict)

    async def load_many(
        self, batch: Any, arguments: Any, keys: Any, wanted: Any = None
    ) -> list[Any]:
        self.loads += 1
        found = await batch(keys, *arguments)
        return [found.get(key) for key in keys]


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Named:
    name: str


async def doubles(keys: list[int], times: int) -> dict[int, int]:
    return {key: key * times for key in keys if key != 13}


def doubled(root: Any, info: Info[Loaded], times: int = 2) -> Any:
    async def one() -> Any:
        return (await info.context.load_many(doubles, [times], [root.number]))[0]

    return one()


@strawberry.type
class Thing(Named):
    number: int
    colour: Colour | None = None
    inner: Thing | None = None
    things: list[Thing] = strawberry.field(default_factory=list)
    rows: list[list[int | None]] = strawberry.field(default_factory=list)
    double: int | None = strawberry.field(
        resolver=doubled,
        metadata={
            BATCHED: Batched(
                doubles, lambda thing: thing.number, lambda i, given: (given["times"],)
            )
        },
    )

    @strawberry.field
    def shout(self) -> str:
        return self.name.upper()

    @strawberry.field
    async def awaited(self, info: Info[Loaded], suffix: str = "!") -> str | None:
        return None if self.number < 0 else f"{self.name}{suffix}"

    @strawberry.field
    def fails(self) -> str | None:
        raise ValueError("no")

    @strawberry.field
    async def fails_hard(self) -> str:
        raise GraphQLError("never", extensions={"code": "NEVER"})

    @strawberry.field
    def nothing(self) -> str:
        return None  # type: ignore[return-value]  # a mistake in a resolver

    @strawberry.field
    def too_large(self) -> int | None:
        return 2**40


@strawberry.type
class Other(Named):
    weight: float | None = None


def sample() -> list[Any]:
    small = Thing(name="small", number=2, colour=Colour.BLUE, rows=[[1, None], []])
    large = Thing(name="large", number=13, inner=small, things=[small, small])
    return [small, large, Other(name="other", weight=0.5), Thing(name="odd", number=-1)]


@strawberry.type
class Query:
    @strawberry.field
    def named(self) -> list[Named]:
        return sample()

    @strawberry.field
    async def thing(self, number: int = 0) -> Thing | None:
        return next((one for one in sample() if getattr(one, "number", None) == number), None)

    @strawberry.field
    def awaited_things(self) -> list[Thing | None]:
        async def one(thing: Any) -> Any:
            return thing

        return [one(each) for each in sample() if isinstance(each, Thing)]  # type: ignore[misc]  # graphql-core awaits items

    @strawberry.field
    async def broken(self) -> Thing:
        raise ValueError("broken")


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def run(self, info: Info[Loaded], name: str) -> Thing | None:
        info.context.ran.append(name)
        if name == "refused":
            raise ValueError("refused")
        return Thing(name=name, number=13, things=[Thing(name="below", number=1)])


class Executor(CompiledExecutor):
    info_class = Info

    @property
    def compiler(self) -> Compiler | None:
        context: Loaded = self.context_value
        return context.compiler


SCHEMA = strawberry.Schema(Query, Mutation, types=[Thing, Other], execution_context_class=Executor)
REMEMBERING = strawberry.Schema(Query, extensions=[ParserCache], execution_context_class=Executor)


def compiling() -> Compiler:
    return Compiler({}, Compiling.ALWAYS)
