"""Hooks of Schemathesis: generated documents ask for what really exists, by the strongest token there is for it.

Scalars are generated as numbers; where they stand in the document decides from which real values each one picks.
"""

from __future__ import annotations

import atexit
import json
import os
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import graphql
import schemathesis
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    IntValueNode,
    Node,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    Visitor,
)
from hypothesis import strategies as st

from domain.actors import MEMBER_RIGHTS, Audience
from domain.permissions import PermissionLevel, permits
from schema.build import schema
from schema.guards import Requires
from scripts.fuzzing.real import from_environment

REAL = from_environment()
NOW = datetime.now(UTC).replace(microsecond=0)
KIND_OF_NAME = {
    "conversationId": "Conversation",
    "availableFor": "Conversation",
    "invitationId": "Invitation",
    "participantId": "Participant",
    "noteId": "Note",
    "aboutMessageId": "Message",
    "agentId": "Agent",
    "primaryId": "Agent",
    "departmentIds": "Department",
    "skillIds": "Skill",
}
KIND_OF_FIELD = {"conversation": "Conversation", "invitation": "Invitation"}  # by their `id`
ONE_OF = {"target": "agentId", "customer": "id"}  # inputs of which exactly one field is given
WORDS = {"text", "subject"}  # which must not be empty
PAGE, LARGEST_PAGE = ("first", "last"), 4
STRANGE = 10  # one of so many values is left as it was generated, or is of another kind
NULL = NullValueNode()

# What a level may be too low for, which is an error of a query and no mistake of the service.
FOR_LEADS = {
    operation.removeprefix("Query.")
    for operation, guards in schema.guarded.items()
    for guard in guards
    if operation.startswith("Query.")
    and isinstance(guard, Requires)
    and guard.permission
    and not permits(PermissionLevel.READ_ONLY, guard.permission)
}

numbers = st.integers(0, 999)
schemathesis.graphql.scalar("ID", numbers.map(lambda n: StringValueNode(value=f"id {n}")))
schemathesis.graphql.scalar("Cursor", numbers.map(lambda n: StringValueNode(value=f"cursor {n}")))
schemathesis.graphql.scalar("DateTime", numbers.map(lambda n: StringValueNode(value=_time(n))))


def _time(number: int) -> str:
    """Return a time from ten minutes ago to a week from now."""
    return (NOW + timedelta(minutes=10 * number - 10)).isoformat()


class WithRealIds(Visitor):
    """Puts real ids and cursors where numbers stand. Each document picks others: simple numbers are generated often."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self.salt = zlib.crc32(graphql.print_ast(document).encode())

    def enter_string_value(
        self, node: StringValueNode, _key: Any, parent: Any, _path: Any, ancestors: Any
    ) -> Node | None:
        kind, _, number = node.value.partition(" ")
        if kind not in {"id", "cursor"} or not number.isdigit():
            return None
        field, name = _place([*ancestors, parent])
        salted = int(number) + self.salt
        real = _id(field, name, salted) if kind == "id" else _cursor(field, salted)
        return StringValueNode(value=real) if real else NULL


class Sensible(WithRealIds):
    """Also makes sense of pages, inputs of which one field is given, keys and versions."""

    def leave_object_field(self, node: ObjectFieldNode, *_: Any) -> Node | None:
        name, value = node.name.value, node.value
        if name in ONE_OF and isinstance(value, ObjectValueNode):
            return _with(node, ObjectValueNode(fields=_one_of(value, ONE_OF[name])))
        if name == "idempotencyKey" and isinstance(value, StringValueNode) and len(value.value) < 3:
            return _with(node, NULL)  # the shortest ones are the same again and again
        if name in WORDS and isinstance(value, StringValueNode) and not value.value.strip():
            return _with(node, StringValueNode(value=f"Words {self.salt}"))
        if name == "expectedVersion" and isinstance(value, IntValueNode):
            return _with(node, IntValueNode(value=str(abs(int(value.value)) % 3)))
        return None

    def leave_field(self, node: FieldNode, *_: Any) -> Node | None:
        given = {argument.name.value: argument for argument in node.arguments}
        if not given.keys() >= set(PAGE):
            return None
        backwards = not isinstance(given["last"].value, NullValueNode)
        unused = {"first", "after"} if backwards else {"last", "before"}
        paged = [_page(a, unused) for a in node.arguments]
        return _copy(node, arguments=tuple(paged))


REWRITE = Sensible if os.environ["MODE"] == "positive" else WithRealIds  # what is wrong stays wrong


def _place(ancestors: list[Any]) -> tuple[str, str]:
    """Return the field whose argument it is, and the nearest name of an argument or input field."""
    names = [n.name.value for n in ancestors if isinstance(n, ArgumentNode | ObjectFieldNode)]
    fields = [n.name.value for n in ancestors if isinstance(n, FieldNode)]
    return fields[-1], "customer" if names[-2:] == ["customer", "id"] else names[-1]


def _id(field: str, name: str, number: int) -> str | None:
    kind = "Customer" if name == "customer" else KIND_OF_NAME.get(name) or KIND_OF_FIELD.get(field)
    if field in FOR_LEADS and kind == "Conversation":
        return REAL.led[number % len(REAL.led)]
    strange = kind is None or number % STRANGE == STRANGE - 1
    choice = REAL.every_id if strange else REAL.ids[str(kind)]
    return choice[number % len(choice)]


def _cursor(field: str, number: int) -> str | None:
    """Return a cursor of this list, or none: half of the pages begin at an end."""
    choice = REAL.cursors[field]
    return choice[number % len(choice)] if choice and number % 2 else None


def _one_of(value: ObjectValueNode, usual: str) -> tuple[ObjectFieldNode, ...]:
    given = [each for each in value.fields if not isinstance(each.value, NullValueNode)]
    if given:
        return (given[0],)
    kind = {"agentId": "Agent", "id": "Customer"}[usual]
    id_ = StringValueNode(value=REAL.ids[kind][0])
    return (ObjectFieldNode(name=graphql.NameNode(value=usual), value=id_),)


def _page(argument: ArgumentNode, unused: set[str]) -> Node:
    value = argument.value
    if argument.name.value in unused:
        return _with(argument, NULL)
    if argument.name.value in PAGE and isinstance(value, IntValueNode):
        number = int(value.value)
        size = number if number % STRANGE == STRANGE - 1 else abs(number) % LARGEST_PAGE
        return _with(argument, IntValueNode(value=str(size)))
    return argument


def _with(node: Node, value: Node) -> Node:
    return _copy(node, value=value)


def _copy(node: Node, **changed: Any) -> Node:
    return type(node)(**{key: getattr(node, key) for key in node.keys} | changed)


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: DocumentNode) -> DocumentNode:
    return graphql.visit(body, REWRITE(body))


def strongest(operation: str) -> str:
    """Return whose token may do most with a root field: an agent's, unless it is for admins or for customers."""
    guards = [guard for guard in schema.guarded[operation] if isinstance(guard, Requires)]
    if any(guard.right and guard.right not in MEMBER_RIGHTS for guard in guards):
        return "ADMIN"
    for_agents = all(Audience.AGENT in (guard.audience or [Audience.AGENT]) for guard in guards)
    return "AGENT" if for_agents else "CUSTOMER"


@schemathesis.auth(refresh_interval=None)  # the next case may need another token
class Strongest:
    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        return os.environ[f"TOKEN_{strongest(context.operation.label)}"]

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


answers: Counter[str] = Counter()


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: Any) -> None:
    answers["cases"] += 1
    answers["5xx"] += response.status_code >= 500
    answers["in full"] += "errors" not in response.json()


@atexit.register
def tell() -> None:
    """Leave the counts to whoever runs this."""
    Path(os.environ["ANSWERS"]).write_text(json.dumps(answers), encoding="utf-8")
