"""The directive is the guard: one object is printed in the SDL, told in the description, and enforced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import is_input_object_type, is_interface_type, is_object_type
from strawberry.schema_directive import Location

from domain.actors import Audience, OrganizationRight
from domain.errors import Forbidden, Unauthenticated
from domain.permissions import Permission, permits
from schema.arguments import direct
from schema.context import Context

ROOTS = frozenset({"Query", "Mutation", "Subscription"})
IDLE_CHECK_SECONDS = 5.0


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    name="requires",
    description=(
        "What the asker must be or hold. It is enforced exactly as written: audience and right before any "
        "argument is read, the permission against the asker's level in the conversation behind the row."
    ),
)
class Requires:
    audience: list[Audience] | None = strawberry.UNSET
    right: OrganizationRight | None = strawberry.UNSET
    permission: Permission | None = strawberry.UNSET

    def admit(self, context: Context) -> None:
        """Refuse an asker who may not use the field at all."""
        actor = context.known
        if actor.expires_at is not None and actor.expires_at <= datetime.now(UTC):
            raise Unauthenticated("Your token has expired; sign in again.")
        if self.audience and actor.audience not in self.audience:
            raise Forbidden(f"This is for {_join(self.audience)} tokens.")
        if self.right and self.right not in actor.rights:
            raise Forbidden(f"This needs the right {self.right} in your organization.")

    @property
    def looks_at(self) -> Sequence[str]:
        """Which attributes of a row `check_row` looks at."""
        return ("viewer_level",) if self.permission else ()

    def check_row(self, source: Any) -> None:
        """Refuse a nested field by the level that was loaded with its parent."""
        if self.permission and not permits(source.viewer_level, self.permission):
            raise Forbidden(f"This needs {self.permission} in the conversation.")

    def sentence(self) -> str:
        """Return what the description says about the guard."""
        needs = [f"a token of audience {_join(self.audience)}"] if self.audience else []
        needs += [f"the right `{self.right}`"] if self.right else []
        needs += [f"`{self.permission}` in the conversation"] if self.permission else []
        return f"Requires {', '.join(needs)}."


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="public",
    description="Anyone may ask, without a token.",
)
class Public:
    def admit(self, context: Context) -> None:
        return None

    @property
    def looks_at(self) -> Sequence[str]:
        return ()

    def check_row(self, source: Any) -> None:
        return None

    def sentence(self) -> str:
        return "Public: no token is needed."


Guard = Requires | Public

ARGUMENTS = {
    "audience": "The token is for one of these.",
    "right": "What the asker must hold in the organization as a whole.",
    "permission": "What the asker's level in the conversation must permit.",
    "weight": "What the field costs by itself.",
}

AGENTS = Requires(audience=[Audience.AGENT])
COLLEAGUES = Requires(audience=[Audience.AGENT], right=OrganizationRight.FIND_AGENTS)
FINDS_AGENTS = Requires(right=OrganizationRight.FIND_AGENTS)


def _join(names: Any) -> str:
    return " or ".join(f"`{name}`" for name in names)


def guards_of(node: Any) -> list[Guard]:
    definition = node.extensions.get("strawberry-definition")
    directives = getattr(definition, "directives", None) or ()
    return [directive for directive in directives if isinstance(directive, Requires | Public)]


class GuardedSchema(strawberry.Schema):
    """A schema that builds only when every root field is guarded, and runs every guard it prints.

    `guarded` maps `Type.field` to its guards.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guarded: dict[str, list[Guard]] = {}
        self._describe_directives()
        for kind in self._schema.type_map.values():
            if is_input_object_type(kind) and any(guards_of(f) for f in kind.fields.values()):
                raise TypeError(f"A guard on the input {kind.name} would never run.")
            if (is_object_type(kind) or is_interface_type(kind)) and kind.name[:2] != "__":
                self._guard_type(kind)

    def _describe_directives(self) -> None:
        """Strawberry gives the arguments of a directive no descriptions."""
        for directive in self._schema.directives:
            if directive.name in {"requires", "cost"}:
                for name, argument in directive.args.items():
                    argument.description = ARGUMENTS[name]

    def _direct(self, field: Any) -> Callable[..., Any] | None:
        """Return a resolver without strawberry's steps around it, where there need be none."""
        definition = field.extensions.get("strawberry-definition")
        return definition and direct(definition, self.schema_converter, self.config.info_class)

    def _guard_type(self, kind: Any) -> None:
        for name, field in kind.fields.items():
            if any(guards_of(argument) for argument in field.args.values()):
                raise TypeError(f"A guard on an argument of {kind.name}.{name} would never run.")
            if kind.name in {"Query", "Mutation"}:
                field.resolve = self._direct(field) or field.resolve
            guards = guards_of(kind) + guards_of(field)
            if guards:
                self.guarded[f"{kind.name}.{name}"] = guards
                _wrap(field, guards, root=kind.name in ROOTS)
            elif kind.name in ROOTS:
                raise TypeError(f"{kind.name}.{name} has neither @requires nor @public.")


def _wrap(field: Any, guards: list[Guard], *, root: bool) -> None:
    if field.subscribe:
        field.subscribe = guard_stream(field.subscribe, guards)
    elif root:
        field.resolve = guard_root(field.resolve, guards)
    else:
        field.resolve = guard_nested(field.resolve, guards)


def _admit(info: Any, guards: list[Guard]) -> None:
    """Admit the asker, and put the permission where the door to the row finds it."""
    for guard in guards:
        guard.admit(info.context)
        if isinstance(guard, Requires) and guard.permission:
            info.context.demanded[info.path.key] = guard.permission


def guard_root(resolve: Callable[..., Any], guards: list[Guard]) -> Callable[..., Any]:
    def guarded(source: Any, info: Any, **arguments: Any) -> Any:
        _admit(info, guards)
        return resolve(source, info, **arguments)

    return guarded


def guard_nested(resolve: Callable[..., Any], guards: list[Guard]) -> Callable[..., Any]:
    def guarded(source: Any, info: Any, **arguments: Any) -> Any:
        for guard in guards:
            guard.admit(info.context)
            guard.check_row(source)
        return resolve(source, info, **arguments)

    return guarded


def guard_stream(
    subscribe: Callable[..., Any], guards: list[Guard], idle: float = IDLE_CHECK_SECONDS
) -> Callable[..., Any]:
    """Admit at the start, before each event, and every few seconds in between."""

    async def guarded(source: Any, info: Any, **arguments: Any) -> AsyncGenerator[Any]:
        _admit(info, guards)
        events = subscribe(source, info, **arguments)
        if isawaitable(events):
            events = await events
        try:
            async for event in _watched(events, lambda: _admit(info, guards), idle):
                yield event
        finally:
            await events.aclose()

    return guarded


async def _watched(
    events: AsyncIterator[Any], admit: Callable[[], None], idle: float
) -> AsyncGenerator[Any]:
    while True:
        upcoming = asyncio.ensure_future(anext(events))
        try:
            while not (await asyncio.wait({upcoming}, timeout=idle))[0]:
                admit()
            event = upcoming.result()
        except StopAsyncIteration:
            return
        finally:
            upcoming.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await upcoming
        admit()
        yield event
