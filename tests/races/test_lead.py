"""Who leads: transfers, offers, delegations, takeovers, leaving, closing and the clock, all at once; always one primary."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import MessageAuthor
from domain.permissions import ParticipantRole, Permission
from models.conversations import participants
from models.log import deadlines
from models.unit_of_work import unit_of_work
from resolvers import waiting
from resolvers.delegations import appoint_delegate, end_delegation
from resolvers.holds import pause_conversation, resume_conversation
from resolvers.messages import post_message
from resolvers.participants import leave_conversation, remove_participant, transfer_primary
from resolvers.primary_offers import accept_primary, offer_primary, withdraw_primary_offer
from resolvers.takeovers import take_over_conversation
from server.timers import settle_overdue
from tests.races.arena import Arena, Outcome, Rival, UseCase, crashes
from tests.races.stages import InProcess
from tests.races.tally import Tally
from tests.races.truth import violations
from tests.world import FAR

UNTIL = FAR
EXPERT = ParticipantRole.EXPERT
SOON = timedelta(milliseconds=15)
REFUSALS = frozenset(
    [
        "NOT_FOUND",
        "NOT_PERMITTED",
        "CONVERSATION_CLOSED",
        "CONVERSATION_ON_HOLD",
        "INVALID_INPUT",
        "PRIMARY_MUST_TRANSFER",
        "LEVEL_TOO_HIGH",
    ]
)
Cast = Mapping[str, Rival[Outcome]]
Begin = Callable[[Arena, UUID, Mapping[str, UUID]], Awaitable[Cast]]


def trying(arena: Arena, key: str, case: UseCase, permission: Permission) -> Rival[Outcome]:
    return lambda: arena.attempt(key, case, permission)


def leaving(arena: Arena, key: str, here: UUID) -> Rival[Outcome]:
    return trying(
        arena, key, lambda w, a: leave_conversation(w, a, here), Permission.VIEW_CONVERSATION
    )


def taking_over(arena: Arena, key: str, here: UUID) -> Rival[Outcome]:
    case: UseCase = lambda w, a: take_over_conversation(w, a, here, "Nobody answers.")  # noqa: E731  # one line says it
    return lambda: arena.attempt(key, case)


def transferring(arena: Arena, part: UUID) -> Rival[Outcome]:
    return trying(
        arena,
        "lin",
        lambda w, a: transfer_primary(w, a, part, EXPERT, None),
        Permission.TRANSFER_PRIMARY,
    )


def removing(arena: Arena, part: UUID) -> Rival[Outcome]:
    return trying(
        arena, "lin", lambda w, a: remove_participant(w, a, part), Permission.REMOVE_PARTICIPANT
    )


def accepting(arena: Arena, key: str, here: UUID) -> Rival[Outcome]:
    return trying(arena, key, lambda w, a: accept_primary(w, a, here), Permission.VIEW_CONVERSATION)


def withdrawing(arena: Arena, here: UUID) -> Rival[Outcome]:
    return trying(
        arena, "lin", lambda w, a: withdraw_primary_offer(w, a, here), Permission.TRANSFER_PRIMARY
    )


def returning(arena: Arena, key: str, here: UUID) -> Rival[Outcome]:
    return trying(arena, key, lambda w, a: end_delegation(w, a, here), Permission.VIEW_CONVERSATION)


def closing(arena: Arena, key: str, here: UUID) -> Rival[Outcome]:
    return lambda: InProcess(arena).close(key, here)


def resuming(arena: Arena, here: UUID) -> Rival[Outcome]:
    return trying(arena, "lin", lambda w, a: resume_conversation(w, a, here), Permission.PAUSE)


def sweeping(arena: Arena) -> Rival[Outcome]:
    async def sweep() -> Outcome:
        await settle_overdue(next(arena.turns), lambda heads: None)
        return Outcome("SWEPT")

    return sweep


# What each race begins with, and who runs in it.


async def _hurry(arena: Arena, here: UUID) -> None:
    """Let every deadline in the conversation fall due within the race, and the rows that say so."""
    d = deadlines.c
    async with unit_of_work(arena.database, lambda heads: None) as work:
        soon = await work.now() + SOON
        await work.change(sa.update(deadlines).where(d.conversation_id == here).values(due_at=soon))
        for name, column in (
            ("primary_offer", "expires_at"),
            ("delegation", "until"),
            ("hold", "resumes_at"),
        ):
            table = participants.metadata.tables[name]
            mine = sa.update(table).where(table.c.conversation_id == here)
            await work.change(mine.values({column: soon}))


async def _waits(arena: Arena, here: UUID) -> None:
    """Let the customer wait."""
    async with unit_of_work(arena.database, lambda heads: None) as work:
        now = await work.now()
        await post_message(work, here, MessageAuthor.CUSTOMER, "Hello?", now)
        await waiting.begin(work, here, now)


async def _does(arena: Arena, key: str, case: UseCase, permission: Permission) -> None:
    outcome = await arena.attempt(key, case, permission)
    assert outcome.won, outcome


async def _offered(arena: Arena, here: UUID, parts: Mapping[str, UUID]) -> Cast:
    wang = parts["wang"]
    await _does(
        arena,
        "lin",
        lambda w, a: offer_primary(w, a, wang, EXPERT, None),
        Permission.TRANSFER_PRIMARY,
    )
    return {
        "accept": accepting(arena, "wang", here),
        "accept again": accepting(arena, "wang", here),
        "withdraw": withdrawing(arena, here),
        "leave": leaving(arena, "wang", here),
        "remove": removing(arena, wang),
        "transfer": transferring(arena, parts["chen"]),
        "take over": taking_over(arena, "zhao", here),
        "close": closing(arena, "lin", here),
        "sweep": sweeping(arena),
    }


async def _delegated(arena: Arena, here: UUID, parts: Mapping[str, UUID]) -> Cast:
    wang = parts["wang"]
    await _does(
        arena,
        "lin",
        lambda w, a: appoint_delegate(w, a, wang, UNTIL, EXPERT),
        Permission.APPOINT_DELEGATE,
    )
    return {
        "return": returning(arena, "lin", here),
        "give back": returning(arena, "wang", here),
        "delegate leaves": leaving(arena, "wang", here),
        "principal leaves": leaving(arena, "lin", here),
        "take over": taking_over(arena, "zhao", here),
        "delegate closes": closing(arena, "wang", here),
        "sweep": sweeping(arena),
    }


async def _taken(arena: Arena, here: UUID, parts: Mapping[str, UUID]) -> Cast:
    return {
        "take over": taking_over(arena, "zhao", here),
        "another takes over": taking_over(arena, "admin", here),
        "transfer": transferring(arena, parts["wang"]),
        "heir leaves": leaving(arena, "wang", here),
        "other leaves": leaving(arena, "chen", here),
        "sweep": sweeping(arena),
    }


async def _paused(arena: Arena, here: UUID, parts: Mapping[str, UUID]) -> Cast:
    await _does(
        arena,
        "lin",
        lambda w, a: pause_conversation(w, a, here, "Lunch", "Soon", UNTIL),
        Permission.PAUSE,
    )
    return {
        "resume": resuming(arena, here),
        "resume again": resuming(arena, here),
        "close": closing(arena, "lin", here),
        "transfer": transferring(arena, parts["wang"]),
        "take over": taking_over(arena, "admin", here),
        "sweep": sweeping(arena),
    }


async def _silent(arena: Arena, here: UUID, parts: Mapping[str, UUID]) -> Cast:
    await _waits(arena, here)
    return {
        "transfer": transferring(arena, parts["chen"]),
        "heir leaves": leaving(arena, "wang", here),
        "take over": taking_over(arena, "zhao", here),
        "close": closing(arena, "lin", here),
        "sweep": sweeping(arena),
        "sweep again": sweeping(arena),
    }


async def play(arena: Arena, tally: Tally, begin: Begin, rounds: int) -> None:
    """Race, look, end what is left, and look again. Every other round the clock runs out meanwhile."""
    for number in tally.of(max(2, rounds // 4)):
        here = await arena.conversation()
        parts = {key: await arena.joined(key, here) for key in ("wang", "chen")}
        cast: Cast = await begin(arena, here, parts)
        if number % 2:
            await _hurry(arena, here)
        outcomes = dict(zip(cast, await arena.race(list(cast.values())), strict=True))
        wrong = crashes(outcomes) + await violations(arena.database, here)
        refused = [each.code for each in outcomes.values() if not each.won and each.code != "SWEPT"]
        wrong += [f"somebody was told {code}" for code in set(refused) - REFUSALS]
        await _end(arena, here)
        wrong += await violations(arena.database, here)
        tally.round([name for name, each in outcomes.items() if each.won], refused, wrong)


async def _end(arena: Arena, here: UUID) -> None:
    """Close it, whoever leads, so that the next round finds everybody free."""
    await arena.attempt("admin", lambda w, a: take_over_conversation(w, a, here, "The end."))
    await InProcess(arena).close("admin", here)


async def test_an_offer_and_everything_that_can_end_it(
    arena: Arena, tally: Tally, rounds: int
) -> None:
    await play(arena, tally, _offered, rounds)


async def test_a_delegation_and_everything_that_can_end_it(
    arena: Arena, tally: Tally, rounds: int
) -> None:
    await play(arena, tally, _delegated, rounds)


async def test_two_takeovers_and_a_transfer_to_somebody_leaving(
    arena: Arena, tally: Tally, rounds: int
) -> None:
    await play(arena, tally, _taken, rounds)


async def test_a_pause_and_everything_that_can_end_it(
    arena: Arena, tally: Tally, rounds: int
) -> None:
    await play(arena, tally, _paused, rounds)


async def test_silence_while_the_lead_moves(arena: Arena, tally: Tally, rounds: int) -> None:
    await play(arena, tally, _silent, rounds)
