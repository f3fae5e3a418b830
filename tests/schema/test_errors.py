"""What a client is told when something is wrong: a code always, an internal never, the same on every way in."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed

from domain import errors
from domain.errors import Failure, Refusal, UserErrorCode
from resolvers import access, agents
from resolvers.reads import organizations, policies
from schema import context
from schema.build import schema
from schema.types import snapshots
from subscriptions import streams
from tests.documents import CONVERSATION_EVENTS, INBOX, POST_NOTE
from tests.service import Data, Service
from tests.steps import conversation_id

CANARY = "postgresql://huddle:canary@10.0.0.7/huddle"
PRESENCE = "mutation { setPresence(input: {presence: BUSY}) { errors { code } } }"
SEATS = "query($id: ID!) { conversation(id: $id) { version seats { taken } } }"

MISTAKES: list[tuple[str, Data, str]] = [
    ("{ viewer { ", {}, "GRAPHQL_PARSE_FAILED"),
    ("# nothing", {}, "GRAPHQL_PARSE_FAILED"),
    ("{ viewer { salary } }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("{ viewer }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("query($id: ID!) { node(id: $id) { id } }", {}, "BAD_USER_INPUT"),
    ("query($id: ID!) { node(id: $id) { id } }", {"id": {"a": 1}}, "BAD_USER_INPUT"),
    ("query($id: ID!) { node(id: $id) { id } }", {"id": "nothing"}, "BAD_USER_INPUT"),
    (POST_NOTE, {"input": {"text": 1}}, "BAD_USER_INPUT"),
    ("query($n: Int) { skills(first: $n) { nodes { id } } }", {"n": 101}, "BAD_USER_INPUT"),
    ("query($c: Cursor) { skills(after: $c) { nodes { id } } }", {"c": "?"}, "BAD_USER_INPUT"),
]


def codes(answer: Data) -> set[str]:
    return {error["extensions"]["code"] for error in answer["errors"]}


async def test_a_mistake_has_the_code_of_its_kind(service: Service) -> None:
    lin = service.agent("lin")
    for document, variables, code in MISTAKES:
        assert codes(await lin.ask(document, **variables)) == {code}, document


async def test_a_mistake_has_the_same_code_over_a_websocket(service: Service) -> None:
    """It ends its operation with an `error` frame, or a `next` that tells the error."""
    lin = service.agent("lin")
    for document, variables, code in MISTAKES:
        async with lin.listen(document, **variables) as listener:
            frame = await listener.frame()
            told = frame["payload"]
            found = told if frame["type"] == "error" else told["errors"]
            assert {error["extensions"]["code"] for error in found} == {code}, document


@pytest.mark.parametrize("target", ["{}", '{agentId: "a", agentId: "b"}', "{agentId: null}"])
async def test_exactly_one_target_is_named(service: Service, target: str) -> None:
    id_ = conversation_id(service)
    document = f"""mutation {{
      inviteAgents(input: {{conversationId: "{id_}", invitees: [{{target: {target}}}]}}) {{ errors {{ code }} }}
    }}"""
    answer = await service.agent("lin").ask(document)
    assert codes(answer) <= {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}


def plant(patch: pytest.MonkeyPatch, where: Any, name: str) -> None:
    """Let a function of the product fail in a way that nobody foresaw."""

    async def fail(*_: Any) -> None:
        raise RuntimeError(CANARY)

    patch.setattr(where, name, fail)


def check_masked(errors_: list[Data]) -> None:
    (error,) = errors_
    assert error["extensions"].keys() == {"code", "requestId"}
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert re.fullmatch(r"[0-9a-f]{16}", error["extensions"]["requestId"])
    assert "canary" not in str(errors_)


@pytest.mark.parametrize(
    ("where", "name", "document", "path"),
    [
        (
            policies,
            "current_policy",
            "{ collaborationPolicy { enabled } }",
            ["collaborationPolicy"],
        ),
        (agents, "set_presence", PRESENCE, ["setPresence"]),
        (organizations, "policies_by_id", SEATS, ["conversation", "seats"]),
    ],
)
async def test_what_nobody_foresaw_is_masked(
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: Any,
    name: str,
    document: str,
    path: list[str],
) -> None:
    """The client gets a request id, the log gets the cause under the same id."""
    plant(monkeypatch, where, name)
    given = {"id": conversation_id(service)} if "$id" in document else {}
    lin = service.agent("lin")
    answer = await lin.ask(document, **given)
    check_masked(answer["errors"])
    assert answer["errors"][0]["path"] == path
    assert answer["errors"][0]["extensions"]["requestId"] in capsys.readouterr().out
    async with lin.listen(document, **given) as listener:
        check_masked((await listener.frame())["payload"]["errors"])


async def test_a_failure_to_read_who_asks_is_masked_too(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may be away just then; a socket lives on, with all that it carries."""
    lin = service.agent("lin")
    async with lin.listen(INBOX) as listener:
        assert (await listener.event())["__typename"] == "InboxSnapshot"
        with monkeypatch.context() as patch:
            plant(patch, context, "actor_of")
            check_masked((await lin.ask("{ viewer { rights } }"))["errors"])
            asked = {"query": "{ viewer { rights } }"}
            await listener.socket.send(
                orjson.dumps({"type": "subscribe", "id": "2", "payload": asked}).decode()
            )
            frame = await listener.frame()
            assert frame["id"] == "2"
            check_masked(frame["payload"]["errors"])
        assert (await listener.frame())["type"] == "complete"


async def test_a_failure_outside_every_field_is_masked_too(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, context.Context, "identified")
    check_masked((await service.agent("lin").ask("{ viewer { rights } }"))["errors"])


@pytest.mark.parametrize(
    ("where", "name", "document"),
    [
        (access, "conversation_to_read", CONVERSATION_EVENTS),
        (
            snapshots,
            "pending_of",
            INBOX.replace("cursor", "cursor ... on InboxSnapshot { unansweredCount }"),
        ),
    ],
)
async def test_a_stream_masks_what_nobody_foresaw(
    service: Service, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, document: str
) -> None:
    plant(monkeypatch, where, name)
    given = {"id": conversation_id(service)} if "$id" in document else {}
    async with service.agent("lin").listen(document, **given) as listener:
        check_masked((await listener.frame())["payload"]["errors"])


async def test_a_stream_that_breaks_later_sends_its_client_away_and_tells_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error would end the subscription for good: whoever comes back goes on."""
    async with service.agent("lin").listen(INBOX) as listener:
        assert (await listener.event())["__typename"] == "InboxSnapshot"
        plant(monkeypatch, streams, "read")
        await service.agent("lin").run(PRESENCE)
        service.app.state.hub.wake_all()
        with pytest.raises(ConnectionClosed) as closed:
            await listener.frame()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1013
    assert CANARY not in closed.value.rcvd.reason


def every(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*(every(below) for below in kind.__subclasses__()))


def test_the_tree_of_refusals_is_the_enum_of_codes() -> None:
    """Each code has a class, each class a code that clients can find in the schema."""
    kinds = [kind for kind in every(Refusal) if kind.__module__ == errors.__name__]
    told = {kind.code for kind in kinds if hasattr(kind, "code")}
    declared: Any = schema._schema.type_map["UserErrorCode"]
    assert told == set(UserErrorCode)
    assert {code.value for code in told} == set(declared.values)


def test_a_failure_has_one_of_the_codes_for_the_top_level() -> None:
    top = """
    GRAPHQL_PARSE_FAILED GRAPHQL_VALIDATION_FAILED BAD_USER_INPUT UNAUTHENTICATED FORBIDDEN NOT_FOUND
    QUERY_TOO_COMPLEX RATE_LIMITED CURSOR_EXPIRED HISTORY_CHANGED SERVICE_UNAVAILABLE INTERNAL_SERVER_ERROR
    """
    kinds = [kind for kind in every(Failure) if kind.__module__ == errors.__name__]
    assert {kind.code for kind in kinds} <= set(top.split())
