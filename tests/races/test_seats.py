"""Seven inviters for the last seat, and what happens to somebody who is asked twenty times at once."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import ConversationClass
from domain.permissions import ParticipantRole, Permission
from models.invitations import invitations
from models.unit_of_work import unit_of_work
from resolvers.policies import update_policy
from resolvers.reads.policies import current_policy
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


async def test_a_policy_lowered_while_people_invite(
    arena: Arena, tally: Tally, rounds: int
) -> None:
    """R187: each inviter is judged by one policy or the other, and whoever was invited may still join."""
    stage, wanted = InProcess(arena), WANTED[:5]
    await arena.hire(*wanted)
    for _ in tally.of(max(1, rounds // 4)):
        here = await arena.conversation(ConversationClass.VIP)
        rivals = [partial(_invite, arena, here, "lin", each) for each in wanted]
        lowered, *outcomes = await arena.race([partial(_limit, arena, 1), *rivals])
        told = Counter(_told(outcome) for outcome in outcomes)
        wrong = crashes([lowered, *outcomes]) + await violations(arena.database, here)
        if not (lowered.won and told[OK] and set(told) <= {OK, "COLLABORATOR_LIMIT_REACHED"}):
            wrong.append(f"lowering was told {lowered.code}, five inviters {dict(told)}")
        late = _told(await _invite(arena, here, "lin", "wang"))
        joined = [await _joins(stage, outcome) for outcome in outcomes if _told(outcome) == OK]
        if late != "COLLABORATOR_LIMIT_REACHED" or set(joined) != {OK}:
            wrong.append(f"one more was told {late}, the invited {joined}")
        await _limit(arena, SEATS)
        await stage.close("lin", here)
        wrong += await violations(arena.database, here)
        tally.round(["inviter"] * told[OK], told, wrong)


async def _limit(arena: Arena, seats: int) -> Outcome:
    """Let the admin set how many may help a VIP, at whatever version the policy has."""
    seen = await current_policy(arena.database, arena.world.organization)
    return await arena.attempt(
        "admin", lambda w, a: update_policy(w, a, {"vip_limit": seats}, seen.version)
    )


async def _joins(stage: InProcess, outcome: Outcome) -> str:
    (invited,) = outcome.changed.invited
    assert invited.invitation_id
    keys = {id_: key for key, id_ in stage.arena.world.agents.items()}
    (row,) = await stage.arena.database.all(
        sa.select(invitations.c.invitee_id).where(invitations.c.id == invited.invitation_id)
    )
    return (await stage.accept(keys[row.invitee_id], invited.invitation_id)).code


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
