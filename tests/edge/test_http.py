"""Requests and answers over HTTP: status, media type, and words in JSON whatever is wrong."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from server.graphql.negotiation import EVENTS, GRAPHQL, JSON
from tests.service import Service

pytestmark = pytest.mark.one_database

SELF = "{ viewer { agent { name } } }"
SUBSCRIBE = "subscription { inbox { cursor } }"
PRESENCE = "mutation { setPresence(input: {presence: BUSY}) { errors { code } } }"


async def post(service: Service, accept: str = GRAPHQL, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {service.agent('lin').token}", "Accept": accept}
    return await service.http.post("/graphql", headers=headers, json=body)


async def get(service: Service, accept: str = GRAPHQL, **parameters: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {service.agent('lin').token}", "Accept": accept}
    return await service.http.get("/graphql", headers=headers, params=parameters)


def code_of(reply: httpx.Response) -> str:
    (error,) = reply.json()["errors"]
    code: str = error["extensions"]["code"]
    return code


@pytest.mark.parametrize("media", [GRAPHQL, JSON])
async def test_what_ran_is_200(service: Service, media: str) -> None:
    reply = await post(service, media, query=SELF)
    assert reply.status_code == 200
    assert reply.headers["content-type"].partition(";")[0] == media
    assert reply.headers["vary"] == "Accept, Origin"
    assert reply.json()["data"] == {"viewer": {"agent": {"name": "Lin"}}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{ viewer {"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        (
            {"query": "query ($id: ID!) { node(id: $id) { id } }", "variables": {"id": [1]}},
            "BAD_USER_INPUT",
        ),
        ({"query": SELF, "operationName": "Other"}, "BAD_USER_INPUT"),
        ({"query": "{ viewer { rights " + "@skip(if: false) " * 51 + "} }"}, "QUERY_TOO_COMPLEX"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_could_not_run_has_no_data(
    service: Service, body: dict[str, Any], code: str
) -> None:
    for media, status in ((GRAPHQL, 400), (JSON, 200)):
        reply = await post(service, media, **body)
        assert reply.status_code == status
        assert "data" not in reply.json()
        assert code_of(reply) == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"42",
        b"null",
        b'"x"',
        b"[]",
        b'[{"query": "{ viewer { rights } }"}]',
        b'{"query": 42}',
        b'{"query": ["{ viewer { rights } }"]}',
        b'{"query": null}',
        b"{}",
        b'{"query": "{ viewer { rights } }", "variables": []}',
        b'{"query": "{ viewer { rights } }", "variables": "{}"}',
        b'{"query": "{ viewer { rights } }", "operationName": 1}',
        b'{"query": "{ viewer { rights } }", "extensions": []}',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:60].decode(errors="replace"),
)
async def test_a_malformed_body_is_400(service: Service, body: bytes) -> None:
    headers = {"Content-Type": JSON}
    reply = await service.http.post("/graphql", headers=headers, content=body)
    assert reply.status_code == 400
    assert reply.headers["content-type"] == JSON
    assert code_of(reply) == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "", "application/graphql"]
)
async def test_another_content_type_is_415(service: Service, kind: str) -> None:
    reply = await service.http.post("/graphql", headers={"Content-Type": kind}, content=b"{}")
    assert reply.status_code == 415
    assert code_of(reply) == "BAD_USER_INPUT"


async def test_what_nobody_here_speaks_is_406(service: Service) -> None:
    reply = await post(service, "text/html", query=SELF)
    assert reply.status_code == 406
    assert code_of(reply) == "BAD_USER_INPUT"


async def test_a_subscription_needs_a_stream(service: Service) -> None:
    reply = await post(service, f"{GRAPHQL}, {JSON}", query=SUBSCRIBE)
    assert reply.status_code == 406
    assert "WebSocket" in reply.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_405(service: Service, method: str) -> None:
    reply = await service.http.request(method, "/graphql")
    assert reply.status_code == 405
    assert reply.headers["allow"] == "GET, HEAD, POST"
    assert code_of(reply) == "BAD_USER_INPUT"


async def test_a_query_by_get(service: Service) -> None:
    asked = "query A($no: Boolean!) { viewer { agent { name @skip(if: $no) } } }"
    reply = await get(service, query=asked, variables='{"no": false}', operationName="A")
    assert reply.json()["data"] == {"viewer": {"agent": {"name": "Lin"}}}
    assert (await get(service, query=asked, variables="{no}")).status_code == 400
    assert (await get(service)).status_code == 400


async def test_a_mutation_by_get_is_405_and_does_nothing(service: Service) -> None:
    for accept in (GRAPHQL, EVENTS):
        reply = await get(service, accept, query=PRESENCE)
        assert reply.status_code == 405
        assert reply.headers["allow"] == "POST"
    (me,) = (await service.agent("lin").run("{ viewer { agent { presence } } }")).values()
    assert me["agent"]["presence"] != "BUSY"


@pytest.mark.parametrize("name", ["token", "access_token", "Authorization"])
async def test_a_token_in_the_address_is_refused(service: Service, name: str) -> None:
    reply = await get(service, query=SELF, **{name: "secret"})
    assert reply.status_code == 400
    assert "secret" not in reply.text


@pytest.mark.parametrize(
    "authorization", ["Bearer x.y.z", "Basic abc", "Bearer ", "Bearer " + "a" * 9000]
)
async def test_a_bad_token_is_401_before_anything_is_read(
    service: Service, authorization: str
) -> None:
    headers = {"Authorization": authorization}
    reply = await service.http.post("/graphql", headers=headers, content=b"{")
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert code_of(reply) == "UNAUTHENTICATED"


async def test_without_a_token_the_fields_say_so(service: Service) -> None:
    reply = await service.http.post(
        "/graphql", json={"query": "{ apiLimits { depth } node(id: 1) { id } }"}
    )
    assert reply.status_code == 200
    assert reply.json()["data"] == {"apiLimits": {"depth": 12}, "node": None}
    assert code_of(reply) == "UNAUTHENTICATED"  # before the malformed id is looked at


async def test_at_most_five_errors_are_told(service: Service) -> None:
    unknown = " ".join(f"nothing{number}" for number in range(60))
    assert len((await post(service, query=f"{{ {unknown} }}")).json()["errors"]) == 5
    ids = " ".join(f"a{number}: node(id: 7) {{ id }}" for number in range(15))
    answer = (await post(service, query=f"{{ {ids} }}")).json()
    assert len(answer["errors"]) == 5
    assert len(answer["data"]) == 15


async def test_the_cost_is_told(service: Service) -> None:
    asked = "query ($n: Int) { onlineAgents(first: $n) { totalCount nodes { id name } } }"
    for size in (10, 50):
        reply = await post(service, query=asked, variables={"n": size})
        # the connection, the count, the list, and two fields for each item of the page
        assert reply.json()["extensions"]["cost"] == {"requested": 12 + size * 2, "limit": 10_000}
    refused = await post(service, query="{ viewer { rights " + "@skip(if: false) " * 51 + "} }")
    assert refused.json()["extensions"]["cost"]["requested"] == 2


async def test_apollo_is_told_to_send_the_document(service: Service) -> None:
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    reply = await post(service, extensions=hashed)
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["message"] == "PersistedQueryNotSupported"


async def test_every_answer_has_a_request_id(service: Service) -> None:
    paths = ["/graphql", "/healthz", "/readyz", "/nowhere", "/schema.graphql", "/metrics"]
    ids = {(await service.http.get(path)).headers["x-request-id"] for path in paths}
    assert len(ids) == len(paths)


async def test_what_is_not_there_is_told_in_json(service: Service) -> None:
    reply = await service.http.get("/nowhere")
    assert reply.status_code == 404
    assert code_of(reply) == "NOT_FOUND"
    reply = await service.http.post("/healthz")
    assert reply.status_code == 405
    assert code_of(reply) == "BAD_USER_INPUT"


async def test_several_accept_headers_are_one_list(service: Service) -> None:
    accepts = [("Accept", "text/html"), ("Accept", f"{GRAPHQL};q=0.1"), ("Accept", JSON)]
    token = ("Authorization", f"Bearer {service.agent('lin').token}")
    reply = await service.http.post("/graphql", headers=[*accepts, token], json={"query": SELF})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == JSON


async def test_a_head_is_no_stream(service: Service) -> None:
    headers = {"Accept": f"{EVENTS}, {JSON}"}
    reply = await service.http.head("/graphql", headers=headers, params={"query": SUBSCRIBE})
    assert reply.status_code == 406


async def test_a_document_has_so_many_characters(service: Service) -> None:
    reply = await post(service, query=SELF + "#" * 32_000)
    assert reply.status_code == 400
    assert code_of(reply) == "QUERY_TOO_COMPLEX"


async def test_words_of_the_document_come_back_shortened(service: Service) -> None:
    reply = await post(service, query="{ " + "a" * 20_000 + " }")
    assert len(reply.text) < 1_000


async def test_streams_are_announced_as_what_they_are(service: Service) -> None:
    reply = await post(service, EVENTS, query=SELF)
    assert reply.headers["content-type"].startswith(EVENTS)
    first, second, rest = reply.text.split("\n\n")
    assert first.startswith('event: next\ndata: {"data":{"viewer":')
    assert (second, rest) == ("event: complete\ndata: ", "")
    assert "\r" not in reply.text


PRESENCE = "mutation ($i: SetPresenceInput!) { setPresence(input: $i) { errors { code } } }"
INVITE = "mutation ($i: InviteAgentsInput!) { inviteAgents(input: $i) { errors { code } } }"
PAGE = "query ($n: Int) { conversations(first: $n) { nodes { id } } }"


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (INVITE, {"i": {"background": "CANARY"}}),
        (PAGE, {"n": "CANARY"}),
        (PRESENCE, {"i": {"presence": "CANARY"}}),
        (PRESENCE, {"i": {"presence": "BUSY", "idempotencyKey": ["CANARY"]}}),
        ('{ conversations(first: "CANARY") { nodes { id } } }', {}),
    ],
)
async def test_no_error_quotes_a_value(
    service: Service, document: str, variables: dict[str, Any]
) -> None:
    reply = await post(service, query=document, variables=variables)
    assert "errors" in reply.json()
    assert "CANARY" not in reply.text
