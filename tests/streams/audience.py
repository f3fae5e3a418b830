"""What customers may ask for, found by walking the schema, and documents that ask for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
from graphql import (
    GraphQLNamedType,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
)

from domain.actors import Audience
from schema.build import schema
from schema.guards import Requires
from tests.service import Person

ROOTS = ("Query", "Mutation", "Subscription")
GRAPH: Any = schema._schema  # the schema as graphql-core has it


def open_to_customers(type_name: str, field_name: str) -> bool:
    """Tell whether every guard on a field, its own and its type's, lets a customer in."""
    guards = schema.guarded.get(f"{type_name}.{field_name}", [])
    audiences = [g.audience for g in guards if isinstance(g, Requires) and g.audience]
    return all(Audience.CUSTOMER in audience for audience in audiences)


def concrete(kind: GraphQLNamedType) -> list[Any]:
    """Return the object types that a value of the type may have."""
    return list(GRAPH.get_possible_types(kind)) if is_abstract_type(kind) else [kind]


def open_fields(kind: Any) -> Iterator[tuple[str, Any]]:
    for name, field in kind.fields.items():
        if open_to_customers(kind.name, name):
            yield name, get_named_type(field.type)


def reachable() -> set[str]:
    """Walk from the root fields that a customer may use along every field that lets a customer in."""
    waiting = [GRAPH.type_map[root] for root in ROOTS]
    seen: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.name not in seen:
            seen.add(kind.name)
            targets = [target for _, target in open_fields(kind)]
            objects = [target for target in targets if not is_leaf_type(target)]
            waiting += [each for target in objects for each in concrete(target)]
    return seen - set(ROOTS)


def root_fields() -> list[tuple[str, str]]:
    return [(root, name) for root in ROOTS for name, _ in open_fields(GRAPH.type_map[root])]


def everything(kind: Any) -> str:
    """Return a selection of every field of a type that a customer may ask for, to the leaves."""
    if is_leaf_type(kind):
        return ""
    if is_interface_type(kind):
        return (
            "{ __typename "
            + " ".join(f"... on {k.name} {everything(k)}" for k in concrete(kind))
            + " }"
        )
    assert is_object_type(kind)
    chosen = [f"{name} {everything(target)}" for name, target in open_fields(kind)]
    return "{ __typename " + " ".join(chosen) + " }"


def asking_everything(root: str, field: str, arguments: str = "") -> str:
    target = get_named_type(GRAPH.type_map[root].fields[field].type)
    return f"{field}{arguments} {everything(target)}"


ASK = "query { " + asking_everything("Query", "customerConversation") + " }"
SAY = (
    "mutation ($input: SendCustomerMessageInput!) { "
    + asking_everything("Mutation", "sendCustomerMessage", "(input: $input)")
    + " }"
)
FOLLOW = (
    "subscription ($after: Cursor) { "
    + asking_everything("Subscription", "customerMessages", "(after: $after)")
    + " }"
)


async def bytes_of(reply_: httpx.Response) -> bytes:
    return reply_.content + repr(reply_.headers.raw).encode()


async def post(person: Person, document: str, **variables: Any) -> bytes:
    headers = {"Authorization": f"Bearer {person.token}"}
    body = {"query": document, "variables": variables}
    return await bytes_of(await person.service.http.post("/graphql", headers=headers, json=body))
