"""What the audit keeps of a request: the operation, what it is about, and the facts of its input, never its texts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from domain import text
from domain.actors import Actor
from domain.audit import DONE, Act
from domain.errors import BadUserInput, Failure, Forbidden, Reason
from domain.rates import OperationKind
from schema.context import Context
from schema.errors import cause_of, field_of
from schema.ids import decode_any
from schema.plain import plain
from schema.scalars import show_moment

# Why somebody does something sensitive is part of the record; what they say to people is not.
KEPT_TEXTS = frozenset({"purpose", "reason", "emergency_reason"})


def act_of(actor: Actor, operation: str, input: Any, reasons: Sequence[Reason] = ()) -> Act:
    """Return what to note of a mutation: OK, or the codes of what was refused."""
    given = plain(input)
    outcome = ",".join(sorted({reason.code.value for reason in reasons})) or DONE
    kind, subject = _subject(given)
    facts = orjson.dumps(dict(_facts(given))).decode()
    return _act(actor, operation, outcome, kind, subject, facts)


def _act(actor: Actor, operation: str, outcome: str, *about: Any) -> Act:
    return Act(actor.organization_id, actor.kind, actor.id, operation, outcome, *about)


def _subject(given: dict[str, Any]) -> tuple[str | None, UUID | None]:
    """Return the first id that the input names: what the mutation is about."""
    named = [value for name, value in given.items() if name.endswith("_id")]
    ids = [value for value in named if isinstance(value, str) and value is not strawberry.UNSET]
    try:
        return decode_any(ids[0]) if ids else (None, None)
    except BadUserInput:
        return None, None


def _facts(given: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield choices, numbers, times and ids by their place in the input."""
    if isinstance(given, (dict, list)):
        for name, value in given.items() if isinstance(given, dict) else enumerate(given):
            yield from _facts(value, f"{path}.{name}" if path else str(name))
    elif isinstance(given, Enum):
        yield path, given.name
    elif isinstance(given, datetime):
        yield path, show_moment(given)
    elif isinstance(given, (bool, int, float)) or (
        isinstance(given, str) and _is_kept(path, given)
    ):
        yield path, str(given)


def _is_kept(path: str, value: str) -> bool:
    name = path.rpartition(".")[2]
    kept = name in KEPT_TEXTS or name == "id" or name.endswith("_id")
    return kept and len(value) <= text.REASON


class RefusalsOnRecord(SchemaExtension):
    """Notes whoever is turned away from a root field by the guard in front of it."""

    async def on_execute(self) -> AsyncIterator[None]:
        yield
        errors = getattr(self.execution_context.result, "errors", None) or ()
        await keep_refusals(self.execution_context.context, errors)


async def keep_refusals(context: Context, errors: Sequence[GraphQLError]) -> None:
    refused = [name for error in errors if (name := _turned_away_from(error))]
    if refused and context.actor and context.facts.kind is not OperationKind.SUBSCRIPTION:
        async with context.work() as work:
            for name in refused:
                work.audit(_act(context.actor, name, Forbidden.code))


def _turned_away_from(error: GraphQLError) -> str | None:
    at_root = error.path is not None and len(error.path) == 1
    cause = cause_of(error)
    forbidden = isinstance(cause, Failure) and cause.code == Forbidden.code
    return field_of(error) if at_root and forbidden else None
