"""What no client should send: it is refused with a code, never with a crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from domain.actors import ActorKind
from domain.text import FURTHEST
from models.invitations import invitations
from models.messages import messages
from schema.scalars import show_moment
from server.tokens import sign
from tests.api.asking import act, code_of, look, refused, rows
from tests.api.test_delegations import part
from tests.documents import ACCEPT, INVITE, POST_NOTE, SEND_REPLY
from tests.service import SECRET, Person, Service, codes, node_id
from tests.steps import conversation_id, invite, invited, join

pytestmark = pytest.mark.one_database  # nothing here depends on which

READ = "query Read($id: ID!) { conversation(id: $id) { id } }"
NODE = "query Node($id: ID!) { node(id: $id) { id } }"
MALFORMED = ["", "5", "☃", "not base64!", "Q29udmVyc2F0aW9u", "Q29udmVyc2F0aW9uOng=", "a" * 5000]
NOW = datetime.now(UTC)


async def test_a_malformed_id_is_bad_user_input_everywhere(service: Service) -> None:
    """R170: in queries and mutations alike."""
    lin = service.agent("lin")
    for id_ in MALFORMED:
        assert await code_of(lin, READ, id=id_) == "BAD_USER_INPUT", id_
        assert await code_of(lin, NODE, id=id_) == "BAD_USER_INPUT", id_
        assert await code_of(lin, ACCEPT, input={"invitationId": id_}) == "BAD_USER_INPUT", id_
        said = {"conversationId": id_, "text": "Hello"}
        assert await code_of(lin, SEND_REPLY, input=said) == "BAD_USER_INPUT", id_
        target = {"target": {"agentId": id_}}
        offer = {"conversationId": conversation_id(service), "invitees": [target]}
        assert await code_of(lin, INVITE, input=offer) == "BAD_USER_INPUT", id_


async def test_the_id_of_another_type_is_bad_user_input(service: Service) -> None:
    """R170: an agent is no conversation, whatever the UUID."""
    lin, agent = service.agent("lin"), node_id("Agent", service.world.agents["wang"])
    assert await code_of(lin, READ, id=agent) == "BAD_USER_INPUT"
    unknown = node_id("Organization", service.world.organization)
    assert await code_of(lin, NODE, id=unknown) == "BAD_USER_INPUT"
    wrong = {"conversationId": agent, "text": "Hello"}
    assert await code_of(lin, POST_NOTE, input=wrong) == "BAD_USER_INPUT"


async def test_another_organizations_rows_are_not_there(service: Service) -> None:
    """R155, R156: the same answer as for what does not exist."""
    world, lin = service.world, service.agent("lin")
    for conversation in (world.other_conversation, UUID(int=3)):
        id_ = node_id("Conversation", conversation)
        assert (await lin.run(READ, id=id_))["conversation"] is None
        for field, said in (("sendReply", {"text": "x"}), ("leaveConversation", {})):
            assert await refused(lin, field, conversationId=id_, **said) == "NOT_FOUND"
    payload = await invite(service, "lin", "other", "wang")
    assert [result["invitee"] for result in payload["results"]] == [None, {"name": "Wang"}]
    (error,) = payload["errors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "invitees", "0"])


async def test_a_batch_has_one_to_twenty_different_people(service: Service) -> None:
    """R31, R170: none, a hundred, or one of them twice is INVALID_INPUT, and nobody is invited."""
    wang = {"target": {"agentId": node_id("Agent", service.world.agents["wang"])}}
    strangers = [{"target": {"agentId": node_id("Agent", UUID(int=n))}} for n in range(100)]
    for invitees in ([], strangers, [wang, wang]):
        said = {"conversationId": conversation_id(service), "invitees": invitees}
        payload = await act(
            service.agent("lin"), "inviteAgents", "results { errors { code } }", **said
        )
        (error,) = payload["errors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "invitees"])
        assert payload["results"] == []
    assert await rows(service, invitations) == []


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 4001, "a\x00b"])
async def test_a_text_is_neither_empty_nor_too_long(service: Service, text: str) -> None:
    """R170: INVALID_INPUT at its path; nothing is written."""
    said = {"conversationId": conversation_id(service), "text": text}
    for person, field, input_ in (
        (service.agent("lin"), "sendReply", said),
        (service.agent("lin"), "postNote", said),
        (service.customer(), "sendCustomerMessage", {"text": text}),
    ):
        (error,) = (await act(person, field, **input_))["errors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "text"])
    assert await rows(service, messages) == []


@pytest.mark.parametrize(("field", "limit"), [("background", 2000), ("specialNotes", 1000)])
async def test_what_is_told_to_invitees_has_a_limit(
    service: Service, field: str, limit: int
) -> None:
    """R64, R66: counted in characters, whatever the script."""
    long = await invite(service, "lin", "wang", request={field: "网" * (limit + 1)})
    (error,) = long["errors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", field])
    assert codes(await invite(service, "lin", "wang", request={field: "网" * limit})) == []


UNKNOWN: list[dict[str, Any]] = [
    {"level": "BOSS"},
    {"level": 3},
    {"role": "expert"},
    {"endsAt": "tomorrow"},
    {"endsAt": "2030-01-01T00:00:00"},
    {"endsAt": 5},
    {"target": {}},
    {"target": {"agentId": None}},
    {"target": {"agentId": "x", "departmentId": "y"}},
    {"colour": "red"},
]


async def test_what_the_schema_does_not_know_is_refused(service: Service) -> None:
    """R170: unknown enum values, times without an offset, targets that are none or two."""
    wang = {"agentId": node_id("Agent", service.world.agents["wang"])}
    for input_ in UNKNOWN:
        offer = {"target": wang, **input_}
        said = {"conversationId": conversation_id(service), "invitees": [offer]}
        code = await code_of(service.agent("lin"), INVITE, input=said)
        assert code in {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, input_
    assert await rows(service, invitations) == []


@pytest.mark.parametrize("until", ["2001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
async def test_a_time_in_the_past_is_refused(service: Service, until: str) -> None:
    """R44: a level cannot end before it begins."""
    wang = await join(service, "wang")
    said = {"participantId": wang, "level": "EDIT", "until": until}
    assert await refused(service.agent("lin"), "adjustPermission", **said) == "INVALID_INPUT"
    assert (await look(service, "wang", "viewerLevel"))["viewerLevel"] == "GUIDE"


def far(days: float) -> str:
    return show_moment(datetime.now(UTC) + FURTHEST + timedelta(days=days))


async def test_a_time_has_a_limit(service: Service) -> None:
    """R44, R170: what ends by itself does so within the time that the message tells."""
    lin, wang, place = service.agent("lin"), await join(service, "wang"), conversation_id(service)
    hold = {"conversationId": place, "reason": "Lunch.", "notice": "Back at one."}
    for field, name, given in (
        ("adjustPermission", "until", {"participantId": wang, "level": "EDIT"}),
        ("appointDelegate", "until", {"participantId": wang}),
        ("pauseConversation", "resumesAt", hold),
    ):
        for late in (far(0.01), "9999-12-31T23:59:59.999Z"):
            (error,) = (await act(lin, field, **given, **{name: late}))["errors"]
            assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", name]), field
            assert "within 366 days" in error["message"]
        assert codes(await act(lin, field, **given, **{name: far(-0.01)})) == [], field
        if field == "appointDelegate":
            assert codes(await act(lin, "endDelegation", conversationId=place)) == []
            wang = await part(service, "lin", "Wang")


async def test_an_invitation_offers_no_part_beyond_that_limit(service: Service) -> None:
    """R42, R170: of a part that is offered too."""
    (error,) = (await invite(service, "lin", "wang", endsAt=far(0.01)))["errors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "invitees", "0", "endsAt"])
    assert codes(await invite(service, "lin", "wang", endsAt=far(-0.01))) == []


def forged(service: Service, **said: Any) -> str:
    """A token that says what a good one says, but for `said`."""
    good = {
        "iss": "huddle",
        "aud": "huddle",
        "iat": NOW,
        "exp": NOW + timedelta(hours=1),
        "sub": str(service.world.agents["lin"]),
        "kind": "AGENT",
    }
    return jwt.encode({**good, **said}, SECRET, "HS256")


async def test_a_token_that_is_none_opens_nothing(service: Service) -> None:
    """R156: expired, signed by others or by nobody, of a stranger, or of another kind: UNAUTHENTICATED."""
    lin = service.world.agents["lin"]
    others = "another secret, which is long enough"
    tokens = [
        None,
        "nonsense",
        sign(others, ActorKind.AGENT, lin),
        sign(SECRET, ActorKind.AGENT, lin, ttl=timedelta(minutes=-1)),
        sign(SECRET, ActorKind.AGENT, UUID(int=1)),
        sign(SECRET, ActorKind.CUSTOMER, lin),
        sign(SECRET, ActorKind.INTEGRATION, lin),
        jwt.encode({"sub": str(lin)}, SECRET, "HS256"),
        jwt.encode({"sub": str(lin), "kind": "AGENT"}, "", "none"),
        forged(service, aud="another service"),
        forged(service, kind="SYSTEM"),
        forged(service, sub="lin"),
    ]
    for token in tokens:
        person, id_ = Person(service, token), conversation_id(service)
        assert await code_of(person, READ, id=id_) == "UNAUTHENTICATED", token
        said = {"conversationId": id_, "text": "Hello"}
        assert await code_of(person, SEND_REPLY, input=said) == "UNAUTHENTICATED", token
    assert await rows(service, messages) == []
    assert (await Person(service, forged(service)).run(READ, id=conversation_id(service)))[
        "conversation"
    ]


async def test_a_document_that_is_none_has_its_own_code(service: Service) -> None:
    """R170: broken syntax and unknown fields are told apart."""
    lin = service.agent("lin")
    assert await code_of(lin, "{ viewer {") == "GRAPHQL_PARSE_FAILED"
    assert await code_of(lin, "{ nothing }") == "GRAPHQL_VALIDATION_FAILED"


async def test_a_refusal_leaves_no_trace(service: Service) -> None:
    """R170: no event, no seat, no version; the second answer changes nothing."""
    sent = await invited(service, "lin", "wang")
    wang = service.agent("wang")
    await act(wang, "declineInvitation", invitationId=sent)
    before = await look(service, "lin", "version seats { taken } events { totalCount }")
    assert await refused(wang, "acceptInvitation", invitationId=sent) == "INVITATION_NOT_PENDING"
    assert await look(service, "lin", "version seats { taken } events { totalCount }") == before
