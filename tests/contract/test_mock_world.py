"""The example world hangs together: ids, pages, filters, payloads, streams."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from server.mock.app import read_schema
from server.settings import SettingsError
from tests.contract.conftest import mock

pytestmark = pytest.mark.one_database

MOCK = mock()
PAGE = """query($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  conversations(first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { id } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
OTHER = """
scalar Colour
union Pet = Cat | Dog
type Cat { name: String! lives: Int } type Dog { name: String! colour: Colour! }
type Query { pets: [Pet!]! matrix: [[Float!]!]! flag: Boolean! websiteUrl: String! slug: String! workEmail: String! }
type Subscription { barks: Dog! }
"""


async def ask(document: str, sdl: str | None = None, **variables: Any) -> Any:
    app = mock(sdl=sdl) if sdl else MOCK
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"
    ) as http:
        asked = {"query": document, "variables": variables}
        reply = await http.post("/graphql", json=asked, headers={"Accept": "application/json"})
    return reply.json()


async def data(document: str, **variables: Any) -> Any:
    answer = await ask(document, **variables)
    assert "errors" not in answer, answer
    return answer["data"]


async def test_an_id_is_given_back() -> None:
    got = await data(
        '{ conversation(id: "abc") { id } node(id: "x") { id } nodes(ids: ["a", "b"]) { id } invitation(id: "i") { id } }'
    )
    assert got == {
        "conversation": {"id": "abc"},
        "node": {"id": "x"},
        "nodes": [{"id": "a"}, {"id": "b"}],
        "invitation": {"id": "i"},
    }


async def test_a_node_is_the_same_wherever_it_is_met() -> None:
    agent = " fragment A on Node { __typename id ... on Agent { name alias email department { id name } } }"
    met = (await data("{ onlineAgents { nodes { ...A } } }" + agent))["onlineAgents"]["nodes"]
    ids = [each["id"] for each in met]
    assert len(set(ids)) == len(ids) > 1
    again = await data("query($ids: [ID!]!) { nodes(ids: $ids) { ...A } }" + agent, ids=ids)
    assert again["nodes"] == met


async def test_pages_are_of_one_list() -> None:
    whole = (await data(PAGE, first=100))["conversations"]
    total = whole["totalCount"]
    assert len(whole["nodes"]) == total > 2
    assert whole["pageInfo"]["hasNextPage"] is whole["pageInfo"]["hasPreviousPage"] is False
    seen: list[Any] = []
    after = None
    for _ in range(total):
        page = (await data(PAGE, first=2, after=after))["conversations"]
        assert [edge["node"] for edge in page["edges"]] == page["nodes"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        seen, after = seen + page["nodes"], page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole["nodes"]
    end = (await data(PAGE, last=1))["conversations"]
    assert end["nodes"] == whole["nodes"][-1:]
    before = (await data(PAGE, last=1, before=end["pageInfo"]["startCursor"]))["conversations"]
    assert before["nodes"] == whole["nodes"][-2:-1]


async def test_an_empty_page_has_no_cursors() -> None:
    page = (await data(PAGE, first=0))["conversations"]
    assert (page["nodes"], page["pageInfo"]["endCursor"]) == ([], None)


@pytest.mark.parametrize(
    "wrong", [{"first": -1}, {"first": 101}, {"after": "none"}, {"after": "bW9jazp4"}]
)
async def test_what_the_service_refuses_is_refused(wrong: dict[str, Any]) -> None:
    (error,) = (await ask(PAGE, **wrong))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "BAD_USER_INPUT"),
        ("subscription { inbox { id } }", "BAD_USER_INPUT"),
        (
            "{ conversations(first: 100) { nodes { participants(first: 100) { nodes { id role } } } } }",
            "QUERY_TOO_COMPLEX",
        ),
        (
            'mutation { adjustPermission(input: {participantId: "p", level: EDIT, until: "soon"}) { cursor: __typename } }',
            "BAD_USER_INPUT",
        ),
    ],
)
async def test_refusals_have_the_codes_of_the_service(document: str, code: str) -> None:
    assert (await ask(document))["errors"][0]["extensions"]["code"] == code


async def test_a_payload_echoes_what_was_said() -> None:
    note = """mutation($input: PostNoteInput!) { postNote(input: $input) {
      errors { code } conversation { id } note { text kind aboutMessage { id } } } }"""
    said = {"conversationId": "c", "text": "Hello", "kind": "REMARK", "aboutMessageId": "m"}
    assert (await data(note, input=said))["postNote"] == {
        "errors": [],
        "conversation": {"id": "c"},
        "note": {"text": "Hello", "kind": "REMARK", "aboutMessage": {"id": "m"}},
    }


async def test_there_is_a_result_for_each_invitee() -> None:
    invite = "mutation($input: InviteAgentsInput!) { inviteAgents(input: $input) { results { invitee { id } } } }"
    invitees = [{"target": {"agentId": str(number)}} for number in range(5)]
    got = await data(invite, input={"conversationId": "c", "invitees": invitees})
    assert len(got["inviteAgents"]["results"]) == 5


async def test_filters_by_enum_are_kept_and_neighbours_agree() -> None:
    got = await data("""{
      conversations(where: {statuses: [CLOSED]}) { nodes { status closedAt } }
      open: conversations(where: {statuses: [OPEN]}) { nodes { status closedAt } } }""")
    assert all(
        each["status"] == "CLOSED" and each["closedAt"] for each in got["conversations"]["nodes"]
    )
    assert all(each == {"status": "OPEN", "closedAt": None} for each in got["open"]["nodes"])


async def test_any_schema_will_do() -> None:
    fields = "{ pets { __typename ... on Cat { name lives } ... on Dog { name colour } } matrix flag websiteUrl slug workEmail }"
    answer = await ask(fields, sdl=OTHER)
    assert "errors" not in answer
    assert answer["data"]["websiteUrl"].startswith("https://example.com/")
    assert answer["data"]["workEmail"].endswith("@example.com")
    assert {pet["__typename"] for pet in answer["data"]["pets"]} <= {"Cat", "Dog"}


def test_what_is_no_schema_is_said_in_a_sentence() -> None:
    with pytest.raises(SettingsError, match="This is not a schema: Syntax Error"):
        read_schema("nonsense")
