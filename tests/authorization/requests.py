"""Documents made from the schema, sent as somebody, and what came of it in one word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_non_null_type,
)

from schema.build import schema
from schema.limits import ERRORS
from tests.authorization.askers import ADMITTED, Asker, permissions
from tests.authorization.plans import PLANS
from tests.authorization.stage import Stage
from tests.service import Data, Person

ROOTS = ("Query", "Mutation", "Subscription")
NODE_TYPES = sorted(
    kind.name
    for kind in schema._schema.get_implementations(
        schema._schema.type_map["Node"]  # type: ignore[arg-type]  # it is an interface
    ).objects
)


def field_of(name: str) -> GraphQLField:
    kind, field = name.split(".")
    declared: GraphQLObjectType = schema._schema.type_map[kind]  # type: ignore[assignment]  # guards are on objects
    found: GraphQLField = declared.fields[field]
    return found


def root_of(name: str) -> str:
    return name.split(".")[0]


def root_fields() -> list[str]:
    types = schema._schema.type_map
    return [f"{root}.{name}" for root in ROOTS for name in types[root].fields]  # type: ignore[attr-defined]  # they are objects


def nested_fields() -> list[str]:
    return [name for name in schema.guarded if root_of(name) not in ROOTS]


def document(name: str, variables: Data) -> str:
    """Return an operation that asks for one root field with these variables."""
    root, field = name.split(".")
    declared = field_of(name)
    kinds = ", ".join(f"${key}: {declared.args[key].type}" for key in variables)
    given = ", ".join(f"{key}: ${key}" for key in variables)
    head = f"{root.lower()}({kinds})" if variables else root.lower()
    arguments = f"({given})" if variables else ""
    return f"{head} {{ answer: {field}{arguments} {selection(declared)} }}"


def selection(declared: GraphQLField) -> str:
    kind = get_named_type(declared.type)
    if not is_composite_type(kind):
        return ""
    inner = ["__typename"]
    if kind.name.endswith("Connection"):
        inner.append("nodes { __typename }")
    if kind.name.endswith("Payload"):
        inner.append("errors { code }")
        inner += [f"{key} {{ __typename }}" for key in _objects(kind)]
    return f"{{ {' '.join(inner)} }}"


def _objects(kind: Any) -> list[str]:
    fields = kind.fields.items()
    return [k for k, f in fields if k != "errors" and is_composite_type(get_named_type(f.type))]


async def ask_root(stage: Stage, person: Person, asker: Asker, name: str) -> str:
    """Return what the root field answers to this person."""
    variables = PLANS[name].arguments(stage, asker)
    text = document(name, variables)
    if root_of(name) == "Subscription":
        return await _first_event(person, text, variables)
    return came_of(await person.ask(text, **variables))


async def _first_event(person: Person, text: str, variables: Data) -> str:
    async with person.listen(text, **variables) as listener:
        frame = await listener.frame()
        assert frame["type"] == "next", frame
        answer = came_of(frame["payload"])
        if answer != ADMITTED:
            assert (await listener.frame())["type"] == "complete"
        return answer


def came_of(answer: Data) -> str:
    """Return `admitted`, `null`, `refused CODE`, or `error CODE`, and `field CODE` for one below the root."""
    errors, found = answer.get("errors", []), (answer.get("data") or {}).get("answer")
    if errors:
        (error,) = errors
        code = error["extensions"]["code"]
        below = len(error.get("path", [])) > 1
        return f"field {code}" if below else f"error {code}"
    if found is None or found == [None]:
        return "null"
    refusals = found.get("errors") if isinstance(found, dict) else None
    return f"refused {','.join(e['code'] for e in refusals)}" if refusals else ADMITTED


async def ask_below(stage: Stage, person: Person, kind: str, fields: Sequence[str]) -> str:
    """Return what these fields of a row answer below `node(id:)`."""
    inner = " ".join(f"{name} {selection(field_of(f'{kind}.{name}'))}" for name in fields)
    text = (
        f"query($id: ID!) {{ answer: node(id: $id) {{ __typename ... on {kind} {{ {inner} }} }} }}"
    )
    answer = await person.ask(text, id=stage.ids[kind])
    came = came_of(answer)
    for name in fields:
        _check_below(f"{kind}.{name}", came, answer)
    return came


def _check_below(name: str, came: str, answer: Data) -> None:
    declared, field = field_of(name), name.split(".")[1]
    if came == "field FORBIDDEN":
        assert answer["errors"][0]["path"] == ["answer", field]
        assert answer["data"]["answer"][field] is None
    if came == ADMITTED and (is_non_null_type(declared.type) or asks_permission(name)):
        assert answer["data"]["answer"][field] is not None, name


def asks_permission(name: str) -> bool:
    return bool(permissions(schema.guarded.get(name, [])))


def portions() -> list[tuple[str, list[str]]]:
    """Return the guarded fields below the root by type: together, but alone where a permission is asked."""
    found: dict[str, list[str]] = {}
    alone = []
    for name in nested_fields():
        kind, field = name.split(".")
        if asks_permission(name):
            alone.append((kind, [field]))
        else:
            found.setdefault(kind, []).append(field)
    chunks = [
        (kind, names[n : n + ERRORS])
        for kind, names in found.items()
        for n in range(0, len(names), ERRORS)
    ]
    return [*chunks, *alone]
