"""The declaration is the enforcement: what does not declare does not build, what declares holds everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
import strawberry
from graphql import get_named_type, is_enum_type, is_required_input_field, parse

from domain.actors import Actor, ActorKind, Audience, OrganizationRight
from domain.errors import Failure
from domain.ids import new_id
from domain.permissions import PermissionLevel
from schema.build import schema, sdl
from schema.context import Context
from schema.fields import computed, output, query
from schema.guards import AGENTS, GuardedSchema, Public, Requires
from tests.authorization.askers import ASKERS, Asker, admission
from tests.authorization.requests import (
    ROOTS,
    document,
    field_of,
    nested_fields,
    root_fields,
    root_of,
)
from tests.authorization.stage import Stage
from tests.service import Service

CUSTOMERS = Requires(audience=[Audience.CUSTOMER])


def built(**fields: Any) -> GuardedSchema:
    """Build a schema whose Query has these fields."""
    return GuardedSchema(strawberry.type(type("Query", (), fields)))


def test_a_root_field_without_a_guard_does_not_build() -> None:
    def open_door() -> int:
        return 1

    with pytest.raises(TypeError, match="openDoor has neither @requires nor @public"):
        built(open_door=strawberry.field(open_door))


def test_a_public_root_field_builds_and_says_so() -> None:
    def open_door() -> int:
        """A door."""
        return 1

    made = built(open_door=query(int, Public())(open_door))
    assert "openDoor: Int! @public" in made.as_str()
    assert made.execute_sync("{ openDoor }").data == {"openDoor": 1}


def test_a_guard_on_an_argument_does_not_build() -> None:
    guarded = strawberry.argument(description="A number.", directives=[AGENTS])

    def door(number: int) -> int:
        return number

    door.__annotations__["number"] = Annotated[int, guarded]
    with pytest.raises(TypeError, match=r"argument of Query\.door would never run"):
        built(door=query(int, AGENTS)(door))


def test_a_guard_on_an_input_field_does_not_build() -> None:
    @strawberry.input
    class Key:
        number: int = strawberry.field(directives=[AGENTS])

    def door(key: Key) -> int:
        return key.number

    door.__annotations__["key"] = Key
    with pytest.raises(TypeError, match="input Key would never run"):
        built(door=query(int, AGENTS)(door))


def test_a_guard_on_a_type_holds_on_every_field_of_it() -> None:
    @output(None, CUSTOMERS)
    class Room:
        """A room."""

        @computed(int)
        def size(self: Any) -> int:
            """How large."""
            return 1

        @computed(int)
        def height(self: Any) -> int:
            """How high."""
            return 2

    made = built(room=query(Room, Public())(lambda: Room()))
    assert made.guarded["Room.size"] == made.guarded["Room.height"] == [CUSTOMERS]
    agent = Actor(ActorKind.AGENT, new_id(), new_id())
    for name in ("size", "height"):
        context: Any = SimpleNamespace(known=agent, demanded={})
        answer = made.execute_sync(f"{{ room {{ {name} }} }}", context_value=context)
        assert answer.errors is not None
        assert answer.errors[0].extensions == {"code": "FORBIDDEN"}


@pytest.mark.parametrize("name", ["anonymous", "customer", "integration"])
def test_no_field_of_a_row_depends_on_its_root_for_the_audience(name: str) -> None:
    """R156: whatever path leads to the row, the field itself turns the wrong audience away."""
    asker = ASKERS[name]
    for field in nested_fields():
        guards = schema.guarded[field]
        with pytest.raises(Failure) as refused:
            field_of(field).resolve(  # type: ignore[misc]  # guarded fields have one
                SimpleNamespace(viewer_level=PermissionLevel.FULL), _as(asker)
            )
        assert f"error {refused.value.code}" == admission(asker, guards), field


def _as(asker: Asker) -> Any:
    kind = asker.audience and ActorKind(asker.audience)
    actor = Actor(kind, new_id(), new_id()) if kind else None
    services: Any = SimpleNamespace(database=None)
    return SimpleNamespace(context=Context(services, actor=actor))


# Arguments are read after the guard.

MALFORMED = "no id"


def with_malformed_ids(name: str) -> dict[str, Any]:
    """Return arguments whose every id is malformed."""
    return {
        key: _malformed(argument.type)
        for key, argument in field_of(name).args.items()
        if key in {"id", "ids", "conversationId", "availableFor", "input"}
    }


def _malformed(kind: Any) -> Any:
    named = get_named_type(kind)
    if named.name == "ID":
        return [MALFORMED] if str(kind).startswith("[") else MALFORMED
    needed = {k: f for k, f in named.fields.items() if _is_needed(k, f, named)}
    return {key: _value(field.type) for key, field in needed.items()}


def _is_needed(key: str, field: Any, kind: Any) -> bool:
    if kind.name in {"InvitationTarget", "CustomerTarget"}:
        return key in {"agentId", "id"}
    is_id = get_named_type(field.type).name == "ID"
    return is_id or is_required_input_field(field)


def _value(kind: Any) -> Any:
    named = get_named_type(kind)
    if named.name == "ID":
        return MALFORMED
    if named.name in {"String", "Int", "DateTime"}:
        return {"String": "text", "Int": 1, "DateTime": "2040-01-01T00:00:00Z"}[named.name]
    if is_enum_type(named):
        return next(iter(named.values))
    inner = _malformed(kind)
    return [inner] if str(kind).startswith("[") else inner


def takes_ids() -> list[str]:
    found = [name for name in root_fields() if root_of(name) != "Subscription"]
    return [name for name in found if MALFORMED in repr(with_malformed_ids(name))]


async def test_the_guard_runs_before_arguments_are_read(service: Service) -> None:
    """R156: a malformed id tells a stranger nothing; those admitted hear what is wrong with it."""
    stage = Stage(service)
    names = takes_ids()
    assert len(names) >= 18
    for name in names:
        values = with_malformed_ids(name)
        for asker in (ASKERS["anonymous"], ASKERS["agent outside"], ASKERS["customer"]):
            answer = await stage.person(asker).ask(document(name, values), **values)
            codes = [error["extensions"]["code"] for error in answer["errors"]]
            expected = admission(asker, schema.guarded[name]).removeprefix("error ")
            assert codes == [expected.replace("admitted", "BAD_USER_INPUT")], (name, asker)


# What is printed is what is enforced.


def test_the_description_of_a_guarded_field_ends_with_the_guards_sentence() -> None:
    for name, guards in schema.guarded.items():
        kind = schema._schema.type_map[root_of(name)]
        told = f"{kind.description}\n\n{field_of(name).description}"
        for guard in guards:
            assert guard.sentence() in told, name
        assert (field_of(name).description or kind.description or "").endswith(".")


OPEN = "Query.apiLimits"  # the one field that needs no token


def test_the_sentence_stands_at_the_end_of_what_carries_the_directive() -> None:
    for _, _, description, directives in declared():
        sentences = [sentence for sentence in map(sentence_of, directives) if sentence]
        assert description.endswith("\n\n".join(sentences))


def test_the_schema_language_shows_every_guard() -> None:
    shown = {f"{kind}.{name}" if name else kind: told for kind, name, _, told in declared()}
    for name, guards in schema.guarded.items():
        if name == OPEN:
            continue
        printed = shown.get(root_of(name), []) + shown.get(name, [])
        assert [sentence_of(each) for each in printed] == [guard.sentence() for guard in guards]


def declared() -> list[tuple[str, str, str, list[Any]]]:
    """Return type, field, description and guards of what the printed schema guards."""
    found = []
    for node in parse(sdl()).definitions:
        for each in (node, *(getattr(node, "fields", None) or ())):
            guards = [
                d for d in getattr(each, "directives", None) or () if d.name.value == "requires"
            ]
            if guards:
                kind: Any = node
                field = "" if each is node else each.name.value
                found.append((kind.name.value, field, each.description.value, guards))
    return found


def sentence_of(directive: Any) -> str:
    """Return the sentence of a printed guard, put together from what is printed."""
    given: dict[str, Any] = {}
    for argument in directive.arguments:
        value, name = argument.value, argument.name.value
        given[name] = [each.value for each in value.values] if name == "audience" else value.value
    kinds: dict[str, Callable[[Any], Any]] = {
        "audience": lambda names: [Audience(each) for each in names],
        "right": OrganizationRight,
        "permission": str,
    }
    return Requires(**{name: kinds[name](value) for name, value in given.items()}).sentence()


def test_every_root_field_carries_its_guard_itself() -> None:
    shown = {f"{kind}.{name}" for kind, name, _, _ in declared() if kind in ROOTS}
    assert shown == set(root_fields()) - {OPEN}
    assert re.findall(r"(\w+): .*@public", sdl()) == [OPEN.split(".")[1]]
