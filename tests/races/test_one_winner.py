"""Accept against decline against revoke against close against the clock: twenty at once, one winner."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.invitations import OPEN, InvitationStatus
from models.invitations import invitations
from models.log import deadlines
from models.unit_of_work import unit_of_work
from server.timers import settle_overdue
from tests.races.arena import OK, Arena, Outcome, Rival, crashes
from tests.races.stages import InProcess, OverHttp, Stage
from tests.races.tally import Tally
from tests.races.truth import violations
from tests.service import Service

CAST = {"accept": 6, "decline": 5, "revoke": 4, "close": 3, "sweep": 2}
ENDED_BY = {
    InvitationStatus.ACCEPTED: "accept",
    InvitationStatus.DECLINED: "decline",
    InvitationStatus.REVOKED: "revoke",
    InvitationStatus.EXPIRED: "expire",
    InvitationStatus.CANCELED: "close",
}
LAPSES_WITHIN_SECONDS = 0.04
LATE_SECONDS = {1: 0.0, 2: 0.3}
BEATEN = frozenset({"INVITATION_NOT_PENDING", "INVITATION_EXPIRED", "CONVERSATION_CLOSED"})
i = invitations.c


async def lapse(arena: Arena, invitation_id: UUID, seconds: float, late: float) -> None:
    """Move the end of the invitation's time, and the work of the clock, which may be late."""
    d = deadlines.c
    async with unit_of_work(arena.database, lambda heads: None) as work:
        at = await work.now() + timedelta(seconds=seconds)
        await work.change(sa.update(invitations).where(i.id == invitation_id).values(expires_at=at))
        due = sa.update(deadlines).where(d.subject_id == invitation_id)
        await work.change(due.values(due_at=at + timedelta(seconds=late)))


async def status_of(arena: Arena, invitation_id: UUID) -> InvitationStatus:
    (row,) = await arena.database.all(sa.select(i.status).where(i.id == invitation_id))
    status: InvitationStatus = row.status
    return status


async def sweep(arena: Arena) -> Outcome:
    await settle_overdue(next(arena.turns), lambda heads: None)
    return Outcome("SWEPT")


def rivals(
    arena: Arena, stage: Stage, conversation_id: UUID, invitation_id: UUID
) -> list[tuple[str, Rival[Outcome]]]:
    steps: dict[str, Rival[Outcome]] = {
        "accept": lambda: stage.accept("wang", invitation_id),
        "decline": lambda: stage.decline("wang", invitation_id),
        "revoke": lambda: stage.revoke("lin", invitation_id),
        "close": lambda: stage.close("lin", conversation_id),
        "sweep": lambda: sweep(arena),
    }
    return [(name, steps[name]) for name, number in CAST.items() for _ in range(number)]


def wrong_outcomes(outcomes: list[tuple[str, Outcome]], winner: str) -> list[str]:
    """Each kind has succeeded at most once, the winner's alone among those who answer, and nobody crashed."""
    won = [name for name, outcome in outcomes if outcome.won]
    answers = [name for name in won if name != "close"]
    expected = [winner] if winner in {"accept", "decline", "revoke"} else []
    wrong = crashes([outcome for _, outcome in outcomes])
    if answers != expected:
        wrong.append(f"the invitation was ended by {winner}, success was told to {answers}")
    if won.count("close") > 1:
        wrong.append("the conversation was closed twice")
    told = {outcome.code for _, outcome in outcomes} - BEATEN - {OK, "SWEPT"}
    return [*wrong, *(f"somebody was told {code}" for code in sorted(told))]


async def settled(arena: Arena, invitation_id: UUID) -> InvitationStatus:
    """Return how it ended. If everybody came too late, the clock ends it now."""
    for _ in range(100):
        status = await status_of(arena, invitation_id)
        if status not in OPEN:
            return status
        await asyncio.sleep(0.02)
        await sweep(arena)
    return status


async def play(arena: Arena, stage: Stage, tally: Tally) -> None:
    """One round. In two of three the invitation's time runs out meanwhile, in one before any sweeper knows."""
    conversation_id = await arena.conversation()
    await arena.joined("chen", conversation_id)
    invitation_id = await arena.invited("wang", conversation_id)
    if kind := tally.rounds % 3:
        soon = arena.chance.random() * LAPSES_WITHIN_SECONDS
        await lapse(arena, invitation_id, soon, late=LATE_SECONDS[kind])
    cast = rivals(arena, stage, conversation_id, invitation_id)
    results = await arena.race([rival for _, rival in cast])
    outcomes = [(name, outcome) for (name, _), outcome in zip(cast, results, strict=True)]
    winner = ENDED_BY.get(await settled(arena, invitation_id), "nobody")
    wrong = wrong_outcomes(outcomes, winner) + await violations(arena.database, conversation_id)
    refused = [outcome.code for _, outcome in outcomes if outcome.code in BEATEN]
    await stage.close("lin", conversation_id)  # so that the next round finds everybody free
    wrong += await violations(arena.database, conversation_id)
    tally.round([winner], refused, wrong)


async def test_one_winner(arena: Arena, tally: Tally, rounds: int) -> None:
    stage = InProcess(arena)
    for _ in tally.of(rounds):
        await play(arena, stage, tally)


async def test_one_winner_over_http(
    arena: Arena, servers: list[Service], tally: Tally, rounds: int
) -> None:
    stage = OverHttp(servers)
    for _ in tally.of(max(1, rounds // 4)):
        await play(arena, stage, tally)
