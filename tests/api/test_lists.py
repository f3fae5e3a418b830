"""Lists by pages, and nodes by their ids."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID

from domain.conversations import ConversationClass
from tests.api.asking import act, code_of, open_with
from tests.service import Service, node_id
from tests.steps import conversation_id, invited, join, note

PAGE = """
query Page($first: Int, $after: Cursor, $last: Int, $before: Cursor, $where: ConversationFilter) {
  conversations(first: $first, after: $after, last: $last, before: $before, where: $where,
                orderBy: {direction: ASC}) {
    nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""
MINE = """
query Mine($where: InvitationFilter, $after: Cursor, $first: Int) {
  myInvitations(where: $where, after: $after, first: $first) {
    nodes { id status } totalCount pageInfo { endCursor } } }
"""
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def page(service: Service, key: str = "lin", **asked: Any) -> Any:
    return (await service.agent(key).run(PAGE, **asked))["conversations"]


def ids(found: Any) -> list[str]:
    return [each["id"] for each in found["nodes"]]


async def five(service: Service) -> list[str]:
    """Let lin lead five conversations; return their ids, the oldest first."""
    later = [await open_with(service) for _ in range(4)]
    return [node_id("Conversation", id_) for id_ in (service.world.conversation, *later)]


async def test_pages_join_forward(service: Service) -> None:
    """R169, R181: two at a time, each once, and the last says that it is the last."""
    every, after, seen = await five(service), None, []
    for size in (2, 2, 1):
        found = await page(service, first=2, after=after)
        seen += ids(found)
        after = found["pageInfo"]["endCursor"]
        assert len(found["nodes"]) == size
        assert found["totalCount"] == 5
        assert found["pageInfo"]["hasNextPage"] is (size == 2)
    assert seen == every


async def test_pages_join_backward(service: Service) -> None:
    """R181: from the end, in the list's own order."""
    every = await five(service)
    newest = await page(service, last=2)
    assert ids(newest) == every[3:]
    assert newest["pageInfo"]["hasPreviousPage"] is True
    assert newest["pageInfo"]["hasNextPage"] is False
    older = await page(service, last=10, before=newest["pageInfo"]["startCursor"])
    assert ids(older) == every[:3]
    assert older["pageInfo"]["hasPreviousPage"] is False


async def test_a_page_may_be_empty(service: Service) -> None:
    """R170: zero items, and the count all the same."""
    found = await page(service, first=0)
    assert (found["nodes"], found["totalCount"]) == ([], 1)


IMPOSSIBLE: list[dict[str, Any]] = [
    {"first": 101},
    {"last": 101},
    {"first": -1},
    {"first": 1, "last": 1},
    {"first": 1, "before": "x"},
    {"after": "made up"},
    {"after": ""},
    {"after": "☃"},
    {"after": urlsafe_b64encode(b"[]").decode()},
    {"after": urlsafe_b64encode(b'{"a": 1, "b": 2}').decode()},
    {"after": urlsafe_b64encode(b'["today", "tomorrow"]').decode()},
    {"after": urlsafe_b64encode(b"[1e999, 5]").decode()},
    {"after": urlsafe_b64encode(b'["9999-12-31T23:59:59-23:59", "x"]').decode()},
]


async def test_a_page_that_cannot_be_is_refused(service: Service) -> None:
    """R170: too large, in both directions, or from a place that is none: BAD_USER_INPUT."""
    for asked in IMPOSSIBLE:
        assert await code_of(service.agent("lin"), PAGE, **asked) == "BAD_USER_INPUT", asked


async def test_a_cursor_of_a_list_with_another_order_is_refused(service: Service) -> None:
    """R170: a place among agents is none among conversations."""
    agents = await service.agent("lin").run("{ onlineAgents { pageInfo { endCursor } } }")
    after = agents["onlineAgents"]["pageInfo"]["endCursor"]
    assert await code_of(service.agent("lin"), PAGE, after=after) == "BAD_USER_INPUT"


async def test_a_foreign_cursor_shows_nothing_foreign(service: Service) -> None:
    """R156: a cursor grants nothing; another's place in one's own list."""
    theirs = await page(service, "other")
    assert len(theirs["nodes"]) == 1
    found = await page(service, before=theirs["pageInfo"]["endCursor"])
    assert not set(ids(found)) & set(ids(theirs))


async def test_conversations_are_narrowed(service: Service) -> None:
    """R9, R181: by class, department, status, and one's own part; counts obey the same right."""
    urgent = node_id("Conversation", await open_with(service, ConversationClass.URGENT))
    mine = conversation_id(service)
    technology = node_id("Department", service.world.departments["technology"])
    expected: list[tuple[str, dict[str, Any], list[str]]] = [
        ("lin", {"classes": ["URGENT"]}, [urgent]),
        ("lin", {"classes": []}, []),
        ("lin", {"statuses": ["CLOSED"]}, []),
        ("lin", {"departmentIds": [technology]}, [mine, urgent]),
        ("lin", {"participating": False}, []),
        ("zhao", {"participating": False}, [mine, urgent]),
        ("zhao", {"participating": True}, []),
        ("admin", {}, [mine, urgent]),
        ("wang", {}, []),
    ]
    for key, where, found in expected:
        listed = await page(service, key, where=where)
        assert (ids(listed), listed["totalCount"]) == (found, len(found)), (key, where)


async def test_invitations_are_listed_by_direction_and_status(service: Service) -> None:
    """R35, R36, R37, R61: sent and received; by the status that holds now."""
    await join(service, "wang")
    answer = await service.agent("wang").run(MINE, where={"statuses": ["ACCEPTED"]})
    accepted = answer["myInvitations"]
    pending = await invited(service, "lin", "chen")
    assert accepted["totalCount"] == 1
    sent = (await service.agent("lin").run(MINE, where={"direction": "SENT"}))["myInvitations"]
    assert [each["status"] for each in sent["nodes"]] == ["PENDING", "ACCEPTED"]
    received = (await service.agent("chen").run(MINE))["myInvitations"]
    assert ids(received) == [pending]
    for key in ("lin", "sun", "other"):
        assert (await service.agent(key).run(MINE))["myInvitations"]["nodes"] == []
    rest = await service.agent("lin").run(
        MINE, where={"direction": "SENT"}, first=1, after=sent["pageInfo"]["endCursor"]
    )
    assert rest["myInvitations"]["nodes"] == []


async def test_nested_lists_are_paged_too(service: Service) -> None:
    """R57, R110, R181: notes from the end, people and events by cursor."""
    for number in range(5):
        await note(service, "lin", f"Note {number}")
    document = """query ($id: ID!, $before: Cursor) { conversation(id: $id) {
      notes(last: 2, before: $before) { nodes { text } totalCount pageInfo { startCursor } } } }"""
    lin, id_ = service.agent("lin"), conversation_id(service)
    newest = (await lin.run(document, id=id_))["conversation"]["notes"]
    before = newest["pageInfo"]["startCursor"]
    older = (await lin.run(document, id=id_, before=before))["conversation"]["notes"]
    texts = [each["text"] for each in older["nodes"] + newest["nodes"]]
    assert texts == ["Note 1", "Note 2", "Note 3", "Note 4"]
    assert newest["totalCount"] == older["totalCount"] == 5


async def test_history_is_the_events_in_order(service: Service) -> None:
    """R34, R100, R110, R172: what was streamed can be read again, without holes."""
    await join(service, "wang")
    await act(service.agent("wang"), "leaveConversation", conversationId=conversation_id(service))
    document = """query ($id: ID!) { conversation(id: $id) {
      events { nodes { __typename actor { agent { name } } } totalCount } } }"""
    found = (await service.agent("lin").run(document, id=conversation_id(service)))["conversation"]
    assert [each["__typename"] for each in found["events"]["nodes"]] == [
        "InvitationCreated",
        "InvitationAccepted",
        "CollaborationStarted",
        "ParticipantJoined",
        "ParticipantLeft",
        "CollaborationEnded",
    ]
    assert [each["actor"]["agent"]["name"] for each in found["events"]["nodes"]][:2] == [
        "Lin",
        "Wang",
    ]


async def test_nodes_come_in_the_order_asked_for_and_null_where_hidden(service: Service) -> None:
    """R156: unknown and hidden look the same, also across organizations."""
    world = service.world
    asked = [
        node_id("Agent", world.agents["wang"]),
        node_id("Conversation", world.other_conversation),
        node_id("Agent", world.agents["other"]),
        node_id("Conversation", UUID(int=9)),
        node_id("Department", world.departments["elsewhere"]),
        node_id("Customer", world.customers["neighbour"]),
        node_id("Skill", world.skills["api"]),
        conversation_id(service),
        conversation_id(service),
    ]
    found = (await service.agent("lin").run(NODES, ids=asked))["nodes"]
    shown = [each and each["__typename"] for each in found]
    assert shown == ["Agent", *[None] * 5, "Skill", "Conversation", "Conversation"]
    assert [each["id"] for each in found if each] == [asked[0], *asked[6:]]


async def test_more_than_a_hundred_nodes_are_refused(service: Service) -> None:
    """R170: BAD_USER_INPUT, never clamped."""
    many = [conversation_id(service)] * 101
    assert await code_of(service.agent("lin"), NODES, ids=many) == "BAD_USER_INPUT"
