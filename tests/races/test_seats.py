"""Seven inviters for the last seat, and what happens to somebody who is asked twenty times at once."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

from domain.conversations import ConversationClass
from domain.permissions import ParticipantRole, Permission
from models.unit_of_work import unit_of_work
from resolvers.sending import take_seats
from tests.races.arena import OK, Arena, Outcome, crashes
from tests.races.stages import InProcess
from tests.races.tally import Tally
from tests.races.truth import violations

HELPERS = ("wang", "chen", "sun", "zhou", "he", "gao")
WANTED = tuple(f"expert-{number}" for number in range(7))
SEATS = 7
CAPACITY = 5
ASKED = 20


async def test_the_last_seat(arena: Arena, tally: Tally, rounds: int) -> None:
    """Six colleagues and the primary invite, all at once: one of them gets the seventh seat."""
    await arena.hire(*WANTED)
    for _ in tally.of(max(1, rounds // 4)):
        here = await arena.conversation(ConversationClass.URGENT)
        for key in HELPERS:
            await arena.joined(key, here, ParticipantRole.SUPERVISOR)
        pairs = zip(("lin", *HELPERS), WANTED, strict=True)
        outcomes = await arena.race([partial(_invite, arena, here, *pair) for pair in pairs])
        told = Counter(_told(outcome) for outcome in outcomes)
        wrong = crashes(outcomes) + await violations(arena.database, here)
        if told != {OK: 1, "COLLABORATOR_LIMIT_REACHED": 6}:
            wrong.append(f"seven inviters were told {dict(told)}")
        await InProcess(arena).close("lin", here)
        wrong += await violations(arena.database, here)
        tally.round(["one inviter"] * told[OK], told, wrong)


async def _invite(arena: Arena, here: UUID, inviter: str, invitee: str) -> Outcome:
    case = arena.inviting(invitee, here, ParticipantRole.EXPERT)
    return await arena.attempt(inviter, case, Permission.INVITE)


def _told(outcome: Outcome) -> str:
    """Return what the one invitee's result says."""
    if not outcome.won:
        return outcome.code
    (invited,) = outcome.changed.invited
    return OK if invited.invitation_id else ",".join(reason.code for reason in invited.errors)


async def test_the_last_seat_without_the_lock(arena: Arena, tally: Tally, rounds: int) -> None:
    """The constraint alone lets one in, whatever its rivals have read: no lock decides."""
    for _ in tally.of(rounds):
        here = await arena.conversation()
        outcomes = await arena.race([partial(_take, arena, here)] * ASKED)
        told = Counter(outcomes)
        wrong = [] if told == {OK: 1, "IntegrityError": 19} else [f"twenty were told {dict(told)}"]
        tally.round(["one taker"] * told[OK], told, wrong)


async def _take(arena: Arena, here: UUID) -> str:
    """Take a seat of one, believing that it is free."""
    try:
        async with unit_of_work(next(arena.turns), lambda heads: None) as work:
            await take_seats(work, here, 1, limit=1)
    except Exception as error:
        return type(error).__name__
    return OK


async def test_twenty_invitations_of_one_person(arena: Arena, tally: Tally, rounds: int) -> None:
    """All accepted at once: as many as one agent may be in succeed, the others stay open."""
    stage = InProcess(arena)
    for _ in tally.of(max(1, rounds // 10)):
        places = [await arena.conversation() for _ in range(ASKED)]
        ids = [await arena.invited("wang", place) for place in places]
        outcomes = await arena.race([partial(stage.accept, "wang", id_) for id_ in ids])
        told = Counter(outcome.code for outcome in outcomes)
        wrong = crashes(outcomes) + await violations(arena.database, *places)
        if told != {OK: CAPACITY, "INVITEE_AT_CAPACITY": ASKED - CAPACITY}:
            wrong.append(f"twenty acceptances were told {dict(told)}")
        for place in places:
            await stage.close("lin", place)
        wrong += await violations(arena.database, *places)
        tally.round(["accept"] * told[OK], told, wrong)
