"""Remembers compiled operations, bounded, and decides which are compiled."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphql import (
    DirectiveNode,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from execution.declined import Declined
from execution.fields import Guard
from execution.selections import Root, Selections

REMEMBERED = 256
CONDITIONS = frozenset({"skip", "include"})
CHOICES = 16  # of @skip and @include of one operation

Roots = list[Root]


class Compiling(StrEnum):
    """Whether documents are compiled: never, once they come again, or when they first come."""

    OFF = "off"
    ON = "on"
    ALWAYS = "always"


@dataclass
class _Known:
    """An operation that was seen, and what it was compiled to by what its variables leave out."""

    operation: OperationDefinitionNode  # kept, for its id
    variables: Sequence[str]
    seen: int = 0
    plans: dict[tuple[Any, ...], Roots | None] = field(default_factory=dict)


class Compiler:
    """Compiles the operations of one schema. `guards` are by `Type.field`."""

    def __init__(
        self, guards: Mapping[str, Sequence[Guard]], mode: Compiling = Compiling.ON
    ) -> None:
        self.guards = guards
        self.mode = mode
        self.known: OrderedDict[int, _Known] = OrderedDict()

    def roots(self, executor: Any) -> Roots | None:
        """Return the operation's root fields with their compiled code; None when graphql-core is to run it."""
        if self.mode is Compiling.OFF or _has_middleware(executor):
            return None
        known = self._known(executor)
        known.seen += 1
        if known.seen == 1 and self.mode is not Compiling.ALWAYS:
            return None
        coerced = executor.variable_values.coerced
        choice = tuple(coerced.get(name) for name in known.variables)
        if choice not in known.plans:
            if len(known.plans) >= CHOICES:
                known.plans.clear()
            known.plans[choice] = self._compiled(executor)
        return known.plans[choice]

    def _known(self, executor: Any) -> _Known:
        operation = executor.operation
        known = self.known.get(id(operation))
        if known is None:
            known = _Known(operation, _variables(executor))
            self.known[id(operation)] = known
            if len(self.known) > REMEMBERED:
                self.known.popitem(last=False)
        else:
            self.known.move_to_end(id(operation))
        return known

    def _compiled(self, executor: Any) -> Roots | None:
        try:
            return Selections(self.guards).roots(executor)
        except (Declined, GraphQLError):  # graphql-core tells what is wrong
            return None


def _has_middleware(executor: Any) -> bool:
    manager = executor.middleware_manager
    return manager is not None and bool(manager.middlewares)


def _variables(executor: Any) -> list[str]:
    """Return the variables that decide what is left out."""
    names: set[str] = set()

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in CONDITIONS:
                values = [argument.value for argument in node.arguments or ()]
                names.update(v.name.value for v in values if isinstance(v, VariableNode))

    for node in (executor.operation, *executor.fragment_definitions.values()):
        visit(node, Conditions())
    return sorted(names)
