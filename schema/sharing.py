"""What subscriptions have in common: which of them get the same answer, and that answer, once for all.

Every field declares what of the asker its value depends on (`Sight`). The furthest of all that a document selects is
what its followers must have in common to be one group.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from inspect import isawaitable
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    is_abstract_type,
    parse,
    visit,
)

from domain.actors import Actor
from domain.permissions import ParticipantRole
from models.database import Reads
from models.stored import StoredEvent
from schema.build import FreshPerEvent, schema
from schema.context import Context, Parked, ParkedWatch, Services
from schema.errors import cause_of, place_of, presentable
from schema.fields import Sight, sight_of
from schema.limits import ERRORS, REMEMBERED, TOKENS
from schema.selections import operation_of
from subscriptions.feeds import AWAY, patiently
from subscriptions.streams import Standing

CORE = schema._schema  # noqa: SLF001  # as graphql-core has it
META = {"__typename"}
DECLARED_AND_USED = 2


@dataclass(frozen=True)
class Plan:
    """A document's operation as it is shared. `variables` are those that the answer to an event depends on."""

    document: DocumentNode
    sight: Sight
    variables: frozenset[str]


class Survey(Visitor):
    """Finds the furthest sight of an operation, and how often each variable is named."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.sight = Sight.SAME
        self.named: dict[str, int] = {}

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.types.get_parent_type()
        name = node.name.value
        if parent is not CORE.subscription_type and name not in META:
            self.sight = max(self.sight, declared(parent, name))

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.named[node.name.value] = self.named.get(node.name.value, 0) + 1


def declared(kind: Any, name: str) -> Sight:
    """Return the furthest sight of a field in a type and in all that it may turn out to be."""
    kinds = [kind, *(CORE.get_possible_types(kind) if is_abstract_type(kind) else ())]
    return max(sight_of(each.fields[name]) for each in kinds)


@lru_cache(REMEMBERED)
def plan(text: str, operation_name: str | None) -> Plan:
    """Return how a valid document is shared."""
    document = parse(text, max_tokens=TOKENS)
    operation = operation_of(document, operation_name)
    assert operation, "what is followed was found"
    types = TypeInfo(CORE)
    survey = Survey(types)
    visit(document, TypeInfoVisitor(types, survey))
    own = {each.variable.name.value for each in operation.variable_definitions or ()}
    return Plan(document, survey.sight, frozenset(own - {_beginning(operation, survey.named)}))


def _beginning(operation: OperationDefinitionNode, named: Mapping[str, int]) -> str | None:
    """Return the variable that only says where in the stream to begin."""
    for root in operation.selection_set.selections:
        for argument in (root.arguments or ()) if isinstance(root, FieldNode) else ():
            value = argument.value
            if argument.name.value == "after" and isinstance(value, VariableNode):
                alone = named[value.name.value] == DECLARED_AND_USED
                return value.name.value if alone else None
    return None


@dataclass(frozen=True)
class Shape:
    """What a subscription asks for, apart from whom and from where on. One is shared by all who ask the same."""

    services: Services
    plan: Plan
    key: Hashable
    tells: tuple[str, ...]
    executor: Any = field(compare=False)

    def sight(self, actor: Actor, standing: Standing) -> Hashable:
        """Return everything of the asker that the answer depends on; nobody is alike with a guest."""
        guest = standing.role is ParticipantRole.GUEST_EXPERT
        if guest or self.plan.sight is Sight.OWN:
            return replace(actor, expires_at=None)
        common = (actor.kind, actor.organization_id, actor.rights)
        return (*common, standing) if self.plan.sight is Sight.PART else common

    async def payload(self, event: StoredEvent, actor: Actor, reads: Reads) -> bytes | None:
        """Execute for one event, as this actor; a token's end is checked where it is used."""
        if not event.type.startswith(self.tells):
            return None
        return await patiently(lambda: self._executed(event, actor, reads))

    async def answer(self, root: object, actor: Actor) -> bytes:
        """Execute for what the subscription yields."""
        return await patiently(lambda: self._executed(root, actor, self.services.database))

    async def _executed(self, root: object, actor: Actor, reads: Reads) -> bytes:
        """Execute, or fail as the database does: an event without what could not be read is not what happened."""
        executor = self.executor.build_per_event_executor(root)
        context = Context(self.services, None, replace(actor, expires_at=None))
        context.reads = reads
        executor.context_value = context
        result = executor.execute_operation(serially=False)
        found = await result if isawaitable(result) else result
        for error in found.errors or ():
            if isinstance(problem := cause_of(error), AWAY):
                raise problem
        return encoded(found)


def encoded(result: Any) -> bytes:
    """Return an event's result as JSON, its errors as the schema presents them."""
    payload: dict[str, Any] = {"data": result.data}
    if errors := [
        presentable(error) for error in sorted(result.errors or (), key=place_of)[:ERRORS]
    ]:
        payload["errors"] = [error.formatted for error in errors]
    return orjson.dumps(payload)


class Shapes:
    """The shapes that a process has seen lately."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.seen: dict[Hashable, Shape] = {}

    def of(
        self,
        text: str,
        operation_name: str | None,
        variables: Mapping[str, Any],
        parked: Parked | ParkedWatch,
    ) -> Shape:
        """Return the shape of an operation that the schema has found valid and let in."""
        found = plan(text, operation_name)
        given = {name: variables[name] for name in found.variables if name in variables}
        sorted_ = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
        key = (text, operation_name, sorted_, parked.tells)
        if key not in self.seen:
            if len(self.seen) >= REMEMBERED:
                self.seen.clear()
            executor = _executor(found, operation_name, variables, self.services)
            self.seen[key] = Shape(self.services, found, key, parked.tells, executor)
        return self.seen[key]


def _executor(
    found: Plan, operation_name: str | None, variables: Mapping[str, Any], services: Services
) -> Any:
    return FreshPerEvent.build(
        CORE,
        found.document,
        context_value=Context(services),
        raw_variable_values=dict(variables),
        operation_name=operation_name,
    )
