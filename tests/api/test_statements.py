"""How many SQL statements an operation takes: a number that does not grow with the rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from domain.conversations import ConversationClass
from models.unit_of_work import unit_of_work
from tests.api.asking import act, look, open_with
from tests.service import Service, node_id
from tests.steps import accept, conversation_id, invite, invited, join, note
from tests.world import add_agent

EVERYTHING = """
subject status classes seats { taken limit } department { slug } serviceIdentity { displayName }
primary { agent { name department { slug } } } collaboration { participants { agent { name } } }
customer { displayName } messages { nodes { text sentBy { name } } totalCount }
notes { nodes { text author { name skills { level } } } }
participants { nodes { agent { name load { capacity } } invitation { status } viewerCan { remove } } }
invitations { nodes { status inviter { name } invitee { name } } }
"""
# Each of one path only: whether two paths meet in one batch is a matter of timing.
PATHS = [
    "messages { nodes { text sentBy { name department { slug } } } totalCount }",
    "notes { nodes { text author { name skills { level } } } }",
    "participants { nodes { agent { name load { capacity } } viewerCan { remove } } }",
    "invitations { nodes { status inviter { name } } }",
]
LIST = "{ conversations { totalCount nodes { participants { nodes { agent { name } } } } } }"
AGENTS = """query ($id: ID!) { onlineAgents(availableFor: $id) {
  nodes { name department { slug } skills { level } load { capacity } eligibility { canInvite } } } }"""


async def counted(service: Service, doing: Callable[[], Awaitable[Any]]) -> int:
    with service.statements() as ran:
        await doing()
    return len(ran)


async def test_reading_takes_as_many_statements_for_many_rows(service: Service) -> None:
    """R172: a whole conversation, the list of them, and colleagues with eligibility."""
    lin, id_ = service.agent("lin"), conversation_id(service)
    await join(service, "wang")
    await note(service, "lin", "One")
    await act(lin, "sendReply", conversationId=id_, text="One")
    reads: list[Callable[[], Awaitable[Any]]] = [
        *(partial(look, service, "lin", path) for path in PATHS),
        lambda: lin.run(LIST),
        lambda: lin.run(AGENTS, id=id_),
    ]
    few = [await counted(service, read) for read in reads]
    await join(service, "chen")
    await invited(service, "lin", "sun")
    for number in range(4):
        await note(service, "wang", f"Note {number}")
        await act(lin, "sendReply", conversationId=id_, text=f"Reply {number}")
    many = [await counted(service, read) for read in reads]
    assert many == few
    assert max(many) <= 9
    assert await counted(service, lambda: look(service, "lin", EVERYTHING)) <= 25


WHO_CAN = """query ($id: ID!) { onlineAgents(availableFor: $id, first: 100) { nodes { name presence
  eligibility { canInvite reasons { code message } } } } }"""


async def test_eligibility_of_many_takes_four_statements(service: Service) -> None:
    """R25, R173: who asks, the list, the rules and the conversation, what decides about everybody."""
    lin, id_ = service.agent("lin"), conversation_id(service)
    await lin.run(WHO_CAN, id=id_)  # housekeeping runs once at the start
    few = await counted(service, lambda: lin.run(WHO_CAN, id=id_))
    async with unit_of_work(service.database, lambda heads: None) as work:
        for number in range(50):
            await add_agent(work, service.world, f"more{number}", "technology")
    many = await counted(service, lambda: lin.run(WHO_CAN, id=id_))
    assert many == few == 4


async def test_writing_takes_few_statements(service: Service) -> None:
    """R68, R172: sending a note does not depend on how much was said; inviting grows by invitee only."""
    await note(service, "lin", "Warm")  # housekeeping runs once at the start
    first = await counted(service, lambda: note(service, "lin", "One"))
    for number in range(5):
        await note(service, "lin", f"Note {number}")
    assert await counted(service, lambda: note(service, "lin", "Last")) == first
    one = await counted(service, lambda: invite(service, "lin", "wang"))
    two = await counted(service, lambda: invite(service, "lin", "chen", "sun"))
    assert one == two


async def test_inviting_seven_takes_as_many_statements_as_inviting_one(service: Service) -> None:
    """R31, R68, R172: rows, seats, deadlines and events of all of them are written together."""
    keys = ("wang", "chen", "sun", "zhou", "he", "gao", "zhao")
    lin, place = service.agent("lin"), await open_with(service, ConversationClass.URGENT)
    named = [{"target": {"agentId": node_id("Agent", service.world.agents[key])}} for key in keys]
    input_ = {"conversationId": node_id("Conversation", place), "invitees": named}
    await note(service, "lin", "Warm")  # housekeeping runs once at the start
    with service.statements() as ran:
        assert (await act(lin, "inviteAgents", **input_))["errors"] == []
    assert 1 < len(ran) <= 12, ran


async def test_a_refusal_of_what_is_hidden_is_cheap(service: Service) -> None:
    """R156: nothing is read of a row that is not the asker's to know of."""
    sent = await invited(service, "lin", "wang")
    hidden = await counted(service, lambda: accept(service, "sun", sent))
    assert hidden <= 6
