"""Collaborators who give no sign: warned, then removed, unless they do something."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.actors import ActorKind
from domain.deadlines import DeadlineKind
from models.audit import entries
from models.conversations import participants
from models.holds import holds
from models.log import deadlines
from models.unit_of_work import unit_of_work
from tests.api.asking import act, heard, look, rows, sweep
from tests.api.test_holds import pause, resume
from tests.service import Service, codes
from tests.steps import conversation_id, join, note, uuid_of
from tests.world import change, make_due, set_policy

p = participants.c
TIMES = {participants: ("joined_at", "active_at", "idle_warned_at"), holds: ("ended_at",)}
IDLE = deadlines.c.kind == DeadlineKind.COLLABORATORS_IDLE


async def let_pass(service: Service, seconds: int) -> None:
    """Let that much time go by for everybody in the conversation, and let the clock's work be done."""
    async with unit_of_work(service.database, lambda heads: None) as work:
        for table, names in TIMES.items():
            for row in await work.all(sa.select(table)):
                earlier = {
                    name: getattr(row, name) - timedelta(seconds=seconds)
                    for name in names
                    if getattr(row, name) is not None
                }
                if earlier:
                    await work.change(sa.update(table).where(table.c.id == row.id).values(earlier))
    await make_due(service.database, service.world.conversation)
    await sweep(service)


async def part(service: Service, key: str) -> Any:
    mine = (p.agent_id == service.world.agents[key]) & (
        p.conversation_id == service.world.conversation
    )
    return (await rows(service, participants, mine))[-1]


async def inbox_of(service: Service, key: str) -> list[str]:
    return await heard(service, service.world.agents[key])


async def test_whoever_gives_no_sign_is_warned_and_then_removed(service: Service) -> None:
    """R108, R109, R105: after 600 and 900 seconds; the others hear of both, the customer of nothing."""
    await join(service, "wang")
    await let_pass(service, 590)
    assert (await part(service, "wang")).idle_warned_at is None
    await let_pass(service, 20)
    assert (await part(service, "wang")).idle_warned_at is not None
    assert (await inbox_of(service, "wang"))[-1] == "ParticipantIdle"
    await let_pass(service, 290)
    assert (await part(service, "wang")).left_at is None
    await let_pass(service, 20)
    assert (await part(service, "wang")).leave_reason.name == "IDLE_TIMEOUT"
    assert (await inbox_of(service, "wang"))[-1] == "ParticipantLeft"
    told = await heard(service, service.world.conversation, "CONVERSATION")
    assert told[-3:] == ["ParticipantIdle", "ParticipantLeft", "CollaborationEnded"]
    assert await heard(service, service.world.conversation, "CUSTOMER") == []
    seen = await look(service, "lin", "seats { taken } collaboration { id }")
    assert seen == {"seats": {"taken": 0}, "collaboration": None}
    assert await look(service, "wang", "id") is None


async def test_the_removal_is_on_record(service: Service) -> None:
    """R108, R158: the service did it by itself."""
    await join(service, "wang")
    await let_pass(service, 610)
    await let_pass(service, 310)
    (entry,) = await rows(service, entries, entries.c.actor_kind == ActorKind.SYSTEM)
    gone = await part(service, "wang")
    assert (entry.operation, entry.subject_id) == ("removeIdleParticipant", gone.id)


async def test_a_service_that_was_away_warns_first(service: Service) -> None:
    """R108: nobody is removed without having been warned."""
    await join(service, "wang")
    await let_pass(service, 5_000)
    gone = await part(service, "wang")
    assert (gone.left_at, gone.idle_warned_at is not None) == (None, True)
    await let_pass(service, 310)
    assert (await part(service, "wang")).left_at is not None


async def test_the_primary_is_not_removed_by_this(service: Service) -> None:
    """R108: who leads may be silent here; the customer's waiting is another clock."""
    await join(service, "wang")
    await note(service, "wang", "Here")
    await let_pass(service, 610)
    await let_pass(service, 310)
    lin = await part(service, "lin")
    assert (lin.left_at, lin.idle_warned_at) == (None, None)
    assert await rows(service, deadlines, IDLE) == []


SIGNS: dict[str, dict[str, Any]] = {
    "postNote": {"text": "Still here"},
    "sendReply": {"text": "Still here"},
    "heartbeat": {},
}


@pytest.mark.parametrize("field", SIGNS)
async def test_a_sign_ends_the_warning(service: Service, field: str) -> None:
    """R107, R108: what they do in the conversation counts, and so does having it on the screen."""
    await join(service, "wang", level="EDIT")
    await let_pass(service, 610)
    sign = {**SIGNS[field], "conversationId": conversation_id(service)}
    assert codes(await act(service.agent("wang"), field, **sign)) == []
    assert (await part(service, "wang")).idle_warned_at is None
    await let_pass(service, 310)
    assert (await part(service, "wang")).left_at is None
    await let_pass(service, 310)
    assert (await part(service, "wang")).idle_warned_at is not None


async def test_any_sign_of_the_warned_counts(service: Service) -> None:
    """R108: also right after one that was written down, as where the policy is impatient."""
    await join(service, "wang")
    mine = p.agent_id == service.world.agents["wang"]
    warned = sa.update(participants).where(mine).values(idle_warned_at=p.joined_at)
    await change(service.database, warned)
    await note(service, "wang", "Still here")
    assert (await part(service, "wang")).idle_warned_at is None


async def test_a_sign_elsewhere_is_none(service: Service) -> None:
    """R108: a heartbeat without the conversation, and one of somebody who takes no part."""
    await join(service, "wang")
    await let_pass(service, 610)
    await act(service.agent("wang"), "heartbeat")
    await act(service.agent("sun"), "heartbeat", conversationId=conversation_id(service))
    assert (await part(service, "wang")).idle_warned_at is not None
    assert await rows(service, participants, p.agent_id == service.world.agents["sun"]) == []


async def test_one_deadline_looks_after_all(service: Service) -> None:
    """R108: however many take part and however much they say; each is judged by their own signs."""
    for key in ("wang", "chen"):
        await join(service, key)
    await let_pass(service, 610)
    for number in range(3):
        await note(service, "chen", f"Note {number}")
    assert len(await rows(service, deadlines, IDLE)) == 1
    await let_pass(service, 310)
    assert (await part(service, "wang")).leave_reason.name == "IDLE_TIMEOUT"
    assert (await part(service, "chen")).left_at is None
    assert len(await rows(service, deadlines, IDLE)) == 1


async def test_signs_are_written_down_seldom(service: Service) -> None:
    """R108: a second one right after the first costs no statement and changes nothing."""
    await join(service, "wang")
    await let_pass(service, 60)
    await note(service, "wang", "One")
    first = await part(service, "wang")
    await note(service, "wang", "Two")
    second = await part(service, "wang")
    assert (first.active_at, first.active_seconds) == (second.active_at, second.active_seconds)
    assert first.active_seconds >= 60


async def test_nobody_is_idle_on_hold(service: Service) -> None:
    """R108, R198: while the conversation is paused nothing is expected of anybody; afterwards they have the whole time."""
    await join(service, "wang")
    await pause(service)
    await let_pass(service, 5_000)
    assert (await part(service, "wang")).idle_warned_at is None
    await resume(service)
    await let_pass(service, 590)
    assert (await part(service, "wang")).idle_warned_at is None
    await let_pass(service, 20)
    assert (await part(service, "wang")).idle_warned_at is not None


async def test_who_was_warned_before_a_hold_has_the_rest_of_the_time_after_it(
    service: Service,
) -> None:
    """R108, R198: they are not removed the moment it goes on; a sign ends the warning as always."""
    for key in ("wang", "chen"):
        await join(service, key)
    await let_pass(service, 610)
    await pause(service)
    await let_pass(service, 5_000)
    await resume(service)
    await let_pass(service, 290)
    assert (await part(service, "wang")).left_at is None
    assert codes(await note(service, "chen", "Here again")) == []
    await let_pass(service, 20)
    assert (await part(service, "wang")).leave_reason.name == "IDLE_TIMEOUT"
    assert (await part(service, "chen")).left_at is None


async def test_the_times_are_the_organizations(service: Service) -> None:
    """R108, R187: another policy, another patience."""
    await set_policy(
        service.database, service.world, idle_warning_seconds=100, idle_removal_seconds=160
    )
    await join(service, "wang")
    await let_pass(service, 110)
    assert (await part(service, "wang")).idle_warned_at is not None
    await let_pass(service, 70)
    assert (await part(service, "wang")).left_at is not None


async def test_who_was_primary_is_looked_after_too(service: Service) -> None:
    """R108, R55: after a transfer the former primary is a collaborator like any other."""
    wang = await join(service, "wang")
    await act(service.agent("lin"), "transferPrimary", participantId=wang)
    await let_pass(service, 610)
    assert (await part(service, "lin")).idle_warned_at is not None
    assert (await part(service, "wang")).idle_warned_at is None


async def test_removal_can_race_with_a_sign(service: Service) -> None:
    """R108, R172: the deadline is due, but who gave a sign meanwhile stays."""
    joined = uuid_of(await join(service, "wang"), "Participant")
    await let_pass(service, 610)
    await let_pass_for(service, joined, 310)
    assert codes(await note(service, "wang", "Just in time")) == []
    await sweep(service)
    assert (await part(service, "wang")).left_at is None


async def let_pass_for(service: Service, id_: UUID, seconds: int) -> None:
    """Let time go by without the clock's work being done."""
    row = (await rows(service, participants, p.id == id_))[0]
    warned = row.idle_warned_at - timedelta(seconds=seconds)
    await change(
        service.database, sa.update(participants).where(p.id == id_).values(idle_warned_at=warned)
    )
