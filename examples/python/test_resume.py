"""Streams through cuts, an expired token, another history and a removal, against the server at HUDDLE_URL."""

from __future__ import annotations

import asyncio
import os
import random
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import pytest
from faults import faults_before
from gql.transport.exceptions import TransportQueryError
from huddle_client.person import ADDRESS, Person

CUTS = 30
PATIENCE_SECONDS = 120
BETWEEN_POSTS_SECONDS = 0.25  # two mutations each time; the service takes ten in a second
SEED = int(os.environ.get("SEED", random.randrange(2**31)))

pytestmark = pytest.mark.anyio


@dataclass
class Scene:
    """A conversation of lin's with wang in it, who may write."""

    lin: Person
    wang: Person
    id: str
    part: str

    async def note(self, text: str) -> None:
        await self.wang.do("PostNote", conversationId=self.id, text=text)

    async def close(self) -> None:
        await self.lin.do("CloseConversation", conversationId=self.id)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def people() -> tuple[Person, Person]:
    lin, wang = await asyncio.gather(Person("lin").sign_in(), Person("wang").sign_in())
    return lin, wang


@pytest.fixture
async def scene(people: tuple[Person, Person]) -> Scene:
    lin, wang = people
    customer = {"new": {"externalId": str(uuid.uuid4()), "displayName": "Rae"}}
    opened = await lin.do("OpenConversation", customer=customer, subject="Cuts")
    here = opened["conversationId"]
    invitee = {"target": {"agentId": (await wang.ask("Viewer"))["agent"]["id"]}, "level": "EDIT"}
    sent = await lin.do("InviteAgents", conversationId=here, invitees=[invitee])
    invitation = sent["results"][0]["invitation"]["id"]
    part = (await wang.do("AcceptInvitation", invitationId=invitation))["participant"]["id"]
    return Scene(lin, wang, here, part)


async def texts_of(
    scene: Scene, person: Person, told: list[str], heard: list[str], **from_: str
) -> None:
    """Fill in the notes that somebody hears until they end, and each time they start over why."""
    events = person.follow("InternalNotes", told.append, id=scene.id, **from_)
    async for event in events:
        snapshot = event["__typename"] == "NotesSnapshot"
        notes = event["notes"]["nodes"] if snapshot else [event["note"]]
        heard.extend(note["text"] for note in notes)


async def arrival(heard: list[str], count: int = 1) -> None:
    while len(heard) < count:  # noqa: ASYNC110  # a list has nothing to wait for
        await asyncio.sleep(0.02)


async def test_through_cuts_every_event_arrives_once_in_order(scene: Scene) -> None:
    print(f"SEED={SEED}")
    posted: list[str] = []
    notes: list[str] = []
    told: list[str] = []
    messages: list[str] = []
    async with asyncio.timeout(PATIENCE_SECONDS), faults_before(ADDRESS, SEED) as faults:
        lin = Person("lin", faults.address)
        lin.token, lin.longest_wait = scene.lin.token, 0.5

        async def follow_messages() -> None:
            async for event in lin.follow("ConversationEvents", told.append, id=scene.id):
                if event["__typename"] == "CustomerMessagePosted":
                    messages.append(event["message"]["text"])  # noqa: PERF401  # read meanwhile

        async def post_next() -> None:
            text = f"number {len(posted)}"
            await scene.note(text)
            await scene.wang.do("SendReply", conversationId=scene.id, text=text)
            posted.append(text)

        await scene.note("begin")
        following = asyncio.create_task(texts_of(scene, lin, told, notes))
        also = asyncio.create_task(follow_messages())
        await arrival(notes)
        striking = asyncio.create_task(faults.strike(CUTS))
        while not striking.done():
            await post_next()
            await asyncio.sleep(BETWEEN_POSTS_SECONDS)
        await post_next()
        await arrival(notes, 1 + len(posted))
        await arrival(messages, len(posted))
        await scene.close()
        await asyncio.gather(following, also)
    assert faults.cuts >= CUTS
    assert notes == ["begin", *posted]
    assert messages == posted
    assert told == []


async def test_an_expired_token_is_renewed_and_nothing_is_lost(scene: Scene) -> None:
    lin = await Person("lin").sign_in(seconds=1)
    posted: list[str] = []
    heard: list[str] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        following = asyncio.create_task(texts_of(scene, lin, [], heard))
        while not lin.renewed or len(heard) < len(posted):
            posted.append(f"number {len(posted)}")
            await scene.note(posted[-1])
            await asyncio.sleep(BETWEEN_POSTS_SECONDS)
        await scene.close()
        await following
    assert heard == posted


async def test_a_cursor_of_another_history_starts_over_with_a_snapshot(scene: Scene) -> None:
    told: list[str] = []
    heard: list[str] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        await scene.note("first")
        strange = _in_another_epoch((await _snapshot(scene))["cursor"])
        following = asyncio.create_task(texts_of(scene, scene.lin, told, heard, after=strange))
        await arrival(heard)
        await scene.note("second")
        await scene.close()
        await following
    assert told == ["HISTORY_CHANGED"]
    assert heard == ["first", "second"]


async def test_who_is_removed_is_told_and_does_not_come_back(scene: Scene) -> None:
    heard: list[str] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        following = asyncio.create_task(texts_of(scene, scene.wang, [], heard))
        await scene.note("the only one")
        await arrival(heard)
        await scene.lin.do("RemoveParticipant", participantId=scene.part)
        with pytest.raises(TransportQueryError) as refused:
            await following
        await scene.close()
    assert (refused.value.errors or [])[0]["extensions"]["code"] == "FORBIDDEN"


async def _snapshot(scene: Scene) -> dict[str, str]:
    events = scene.lin.follow("InternalNotes", id=scene.id)
    try:
        return await anext(events)
    finally:
        await events.aclose()


def _in_another_epoch(cursor: str) -> str:
    """The epoch is the last 16 bytes."""
    packed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    return urlsafe_b64encode(packed[:-16] + bytes(16)).rstrip(b"=").decode()
