"""What is read for an event, and who may hear it, are of one moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.actors import Actor, ActorKind
from domain.conversations import LeaveReason
from domain.streams import notes_stream
from models.conversations import participants
from models.database import Reads
from models.stored import StoredEvent
from resolvers.actors import Claims, actor_of
from resolvers.reads.messages import notes_by_id, notes_of
from resolvers.reads.paging import PageRequest
from schema.sharing import Shape
from subscriptions import streams
from subscriptions.attending import Attended
from subscriptions.feeds import Feed
from tests.service import Service
from tests.steps import join, note, uuid_of
from tests.streams.kit import to_the_end
from tests.streams.test_sharing import NOTES, following
from tests.world import change


async def remove(service: Service, agent_id: UUID) -> None:
    mine = participants.c.agent_id == agent_id
    left = {"left_at": datetime.now(UTC), "leave_reason": LeaveReason.REMOVED}
    await change(service.database, sa.update(participants).where(mine).values(left))


async def attended(service: Service) -> Attended:
    """Return reads for news of the conversation's notes, after their first page."""
    database = service.app.state.database
    feed = Feed(database, service.app.state.hub, notes_stream(service.world.conversation))
    page = await streams.read(database, feed.stream, 0)
    return Attended(feed, page.roll)


async def lin(service: Service) -> Actor:
    later = datetime.now(UTC) + timedelta(hours=1)
    claims = Claims(ActorKind.AGENT, service.world.agents["lin"], later)
    found = await actor_of(service.database, claims)
    assert found
    return found


async def test_the_same_is_found_in_the_same_order(service: Service) -> None:
    for number in range(3):
        await note(service, "lin", f"note {number}")
    reads, asker = await attended(service), await lin(service)
    here, last_two = service.world.conversation, PageRequest(2, backward=True)
    alone = await notes_of(service.database, asker, [here], last_two, None)
    assert await notes_of(reads, asker, [here], last_two, None) == alone
    assert [each.text for each in alone[here].nodes] == ["note 1", "note 2"]


async def test_who_may_hear_it_comes_with_what_is_found(service: Service) -> None:
    """On PostgreSQL the roll takes no statement of its own; on SQLite that costs next to nothing."""
    posted = await note(service, "lin", "heard")
    reads, asker = await attended(service), await lin(service)
    with service.statements() as ran:
        await notes_by_id(reads, asker, [uuid_of(posted["note"]["id"], "InternalNote")])
        assert set(await reads.roll()) == {service.world.agents["lin"]}
    assert len(ran) == (2 if service.database.is_sqlite else 1)


@pytest.mark.parametrize("found", ["something", "nothing", "what others prepared"])
async def test_a_right_that_ends_before_something_is_found_has_ended(
    service: Service, found: str
) -> None:
    posted = await note(service, "lin", "for who is there")
    await join(service, "wang")
    reads, wang = await attended(service), service.world.agents["wang"]
    assert wang in await reads.roll()
    await remove(service, wang)
    if found == "what others prepared":
        reads.doubt()
    else:
        id_ = uuid_of(posted["note"]["id"], "InternalNote") if found == "something" else wang
        assert len(await notes_by_id(reads, await lin(service), [id_])) == (found == "something")
    assert wang not in await reads.roll()


async def test_what_is_executed_as_somebody_who_lost_the_right_meanwhile_is_nobodys(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one a group speaks as is removed while the event is executed as them."""
    await join(service, "wang")
    await join(service, "chen")
    gone: list[UUID] = []
    payload = Shape.payload

    async def removing(self: Shape, event: StoredEvent, actor: Actor, reads: Reads) -> bytes | None:
        if not gone and event.type == "NotePosted" and actor.id != service.world.agents["lin"]:
            gone.append(actor.id)
            await remove(service, actor.id)
        return await payload(self, event, actor, reads)

    monkeypatch.setattr(Shape, "payload", removing)
    async with following(service, NOTES, "wang", "chen") as (wang, chen):
        await note(service, "lin", "seen by who stays")
        assert (await chen.event())["note"]["text"] == "seen by who stays"
        assert await to_the_end(wang) == ([], ["FORBIDDEN"])
