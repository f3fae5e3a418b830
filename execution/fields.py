"""How a field of a selection gets its value, found out once from its strawberry definition."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any, Protocol

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from execution.batches import BATCHED, READS, TYPED, Batched

DEFINITION = "strawberry-definition"


class Guard(Protocol):
    """What the schema declares on a field, as far as running it needs to know."""

    def admit(self, context: Any) -> None: ...

    def check_row(self, source: Any) -> None: ...

    @property
    def looks_at(self) -> Sequence[str]: ...


class Way(Enum):
    ATTRIBUTE = auto()  # of the parent
    FUNCTION = auto()  # of the parent alone, at once
    BATCH = auto()  # for all parents of the level
    RESOLVER = auto()  # one call for each parent, which may have to be waited for


@dataclass(frozen=True)
class Selected:
    """One field of a selection, under the name it is answered as."""

    key: str
    definition: GraphQLField
    parent: GraphQLObjectType
    details: Sequence[FieldDetails]
    guards: Sequence[Guard] = ()

    @property
    def strawberry(self) -> Any:
        return self.definition.extensions.get(DEFINITION)

    @property
    def nodes(self) -> list[FieldNode]:
        return [each.node for each in self.details]

    @property
    def metadata(self) -> Mapping[Any, Any]:
        return getattr(self.strawberry, "metadata", None) or {}

    @property
    def batched(self) -> Batched | None:
        found: Batched | None = self.metadata.get(BATCHED)
        return found

    @property
    def function(self) -> Callable[[Any], Any]:
        """Return what a field that goes by a function of its parent is computed by."""
        typed = self.metadata.get(TYPED)
        own: Any = self.strawberry.base_resolver
        found: Callable[[Any], Any] = typed(self.parent.name) if typed else own.wrapped_func
        return found

    @cached_property
    def path(self) -> Path:
        return Path(None, self.key, self.parent.name)

    @cached_property
    def way(self) -> Way:
        field = self.strawberry
        if field is None or field.extensions or field.permission_classes:
            return Way.RESOLVER
        if self.batched:
            return Way.BATCH
        if field.is_basic_field:
            return Way.ATTRIBUTE
        if TYPED in self.metadata:
            return Way.FUNCTION
        return Way.FUNCTION if _of_parent_alone(field.base_resolver) else Way.RESOLVER

    @cached_property
    def reads(self) -> Sequence[str] | None:
        """Which attributes of its parent the field looks at; None where that is not known."""
        if self.details[0].node.name.value == "__typename":
            return ()
        own: Sequence[str] | None = None
        if self.way is Way.ATTRIBUTE:
            own = (self.strawberry.python_name,)
        elif self.way is Way.FUNCTION:
            own = self.metadata.get(READS)
        elif self.way is Way.BATCH and self.batched and self.batched.reads:
            own = (self.batched.reads,)
        guarding = [name for guard in self.guards for name in guard.looks_at]
        return None if own is None else (*own, *guarding)

    def raw_info(self, executor: Any) -> Any:
        return executor.build_resolve_info(self.definition, self.nodes, self.parent, self.path)

    def info(self, executor: Any) -> Any:
        """Return what the field's resolver knows as `info`; of the path only its own name."""
        info_class = executor.info_class
        return info_class(_raw_info=self.raw_info(executor), _field=self.strawberry)

    def arguments(self, executor: Any) -> dict[str, Any]:
        node = self.details[0].node
        if not self.definition.args and not node.arguments:
            return {}
        return get_argument_values(self.definition, node, executor.variable_values)

    @cached_property
    def varies(self) -> bool:
        """Tell whether variables are among the arguments."""
        return any(_varies(each.value) for each in self.details[0].node.arguments or ())

    def beside(self, batched: Batched, executor: Any) -> Sequence[Hashable]:
        """Return what the batch takes beside the keys."""
        return batched.arguments(self.info(executor), self.arguments(executor))

    def resolver(self, executor: Any) -> Callable[[Any], Any]:
        """Return the graphql-core resolver, guards and all, bound to this operation."""
        resolve, info = self.definition.resolve, self.raw_info(executor)
        assert resolve, "strawberry gives every field a resolver"
        arguments = self.arguments(executor)
        return lambda source: resolve(source, info, **arguments)


def _varies(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(map(_varies, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_varies(field.value) for field in value.fields)
    return isinstance(value, VariableNode)


def _of_parent_alone(resolver: Any) -> bool:
    function = resolver.wrapped_func
    parameters = list(inspect.signature(function).parameters)
    at_once = not inspect.iscoroutinefunction(function)
    return at_once and parameters in (["self"], ["root"])
