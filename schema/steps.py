"""What the extensions do at each step of an operation, found out once: strawberry looks for it anew each time, which costs
more than most of them do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from inspect import isasyncgenfunction, isgeneratorfunction
from types import MethodType
from typing import Any

from strawberry.extensions import SchemaExtension
from strawberry.extensions.context import (
    ExecutingContextManager,
    ExtensionContextManagerBase,
    OperationContextManager,
    ParsingContextManager,
    StreamResultContextManager,
    ValidationContextManager,
    WrappedHook,
)
from strawberry.extensions.runner import SchemaExtensionsRunner


class Step(ExtensionContextManagerBase):
    def __init__(self, extensions: Sequence[SchemaExtension]) -> None:
        self.hooks = [
            WrappedHook(extensions[place], MethodType(hook, extensions[place]), is_async)
            for place, hook, is_async in _hooks(tuple(map(type, extensions)), self.HOOK_NAME)
        ]


class Operation(Step, OperationContextManager):
    pass


class Parsing(Step, ParsingContextManager):
    pass


class Validation(Step, ValidationContextManager):
    pass


class Executing(Step, ExecutingContextManager):
    pass


class Telling(Step, StreamResultContextManager):
    def __init__(self, extensions: Sequence[SchemaExtension], result: Any) -> None:
        self.result = result
        super().__init__(extensions)


class Steps(SchemaExtensionsRunner):
    def operation(self) -> Operation:
        return Operation(self.extensions)

    def parsing(self) -> Parsing:
        return Parsing(self.extensions)

    def validation(self) -> Validation:
        return Validation(self.extensions)

    def executing(self) -> Executing:
        return Executing(self.extensions)

    def on_stream_result(self, result: Any) -> Telling:
        return Telling(self.extensions, result)


@cache
def _hooks(kinds: tuple[type, ...], name: str) -> list[tuple[int, Callable[..., Any], bool]]:
    """Return whose hook of that name is its own: the place, what makes its context, and whether that is awaited."""
    none = getattr(SchemaExtension, name)
    hooks = [(place, getattr(kind, name)) for place, kind in enumerate(kinds)]
    return [(place, *_context(hook)) for place, hook in hooks if hook is not none]


def _context(hook: Callable[..., Any]) -> tuple[Callable[..., Any], bool]:
    if isasyncgenfunction(hook):
        return asynccontextmanager(hook), True
    if isgeneratorfunction(hook):
        return contextmanager(hook), False
    raise TypeError(f"{hook.__qualname__} must yield once, for what happens in between.")
