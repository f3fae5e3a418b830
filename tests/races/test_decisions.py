"""Who decides: approvers of an invitation, and those who authorise, use or refuse something sensitive, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from domain.authorizations import AuthorizationStatus, SensitiveOperation
from domain.invitations import InvitationStatus
from domain.permissions import ParticipantRole, Permission, PermissionLevel
from models.authorizations import authorizations
from models.invitations import invitations
from models.log import deadlines
from models.unit_of_work import unit_of_work
from resolvers.approvals import approve_invitation, reject_invitation
from resolvers.authorizations import (
    approve_authorization,
    deny_authorization,
    request_authorization,
    reveal_customer_contact,
)
from resolvers.participants import adjust_permission, leave_conversation
from tests.races.arena import OK, Arena, Outcome, Rival, UseCase, crashes
from tests.races.stages import InProcess
from tests.races.tally import Tally
from tests.races.test_one_winner import sweep
from tests.races.truth import violations
from tests.world import supervise

BEATEN = {
    "INVITATION_NOT_PENDING",
    "INVITATION_EXPIRED",
    "AUTHORIZATION_NOT_PENDING",
    "STEP_UP_REQUIRED",
    "CONVERSATION_CLOSED",
    "NOT_FOUND",
    "NOT_PERMITTED",
    "LEVEL_TOO_HIGH",
}
SOON = timedelta(milliseconds=20)
SUPERVISOR = ParticipantRole.SUPERVISOR
REVEAL = SensitiveOperation.REVEAL_CUSTOMER_CONTACT
Cast = Sequence[tuple[str, Rival[Outcome]]]


def doing(
    arena: Arena, key: str, case: UseCase, permission: Permission | None = None
) -> Rival[Outcome]:
    return lambda: arena.attempt(key, case, permission)


async def expires_soon(arena: Arena, table: sa.Table, id_: UUID) -> None:
    """Let the time be over within the race, and the timer know of it."""
    async with unit_of_work(arena.database, lambda heads: None) as work:
        at = await work.now() + SOON
        await work.change(sa.update(table).where(table.c.id == id_).values(expires_at=at))
        due = sa.update(deadlines).where(deadlines.c.subject_id == id_)
        await work.change(due.values(due_at=at))


async def race(arena: Arena, cast: Cast) -> tuple[Counter[str], list[str], list[str]]:
    """Return who has won how often, how the others were refused, and what may never be."""
    outcomes = await arena.race([rival for _, rival in cast])
    named = [(name, outcome) for (name, _), outcome in zip(cast, outcomes, strict=True)]
    won = Counter(name for name, outcome in named if outcome.won)
    refused = [outcome.code for _, outcome in named if outcome.code in BEATEN]
    told = {outcome.code for _, outcome in named} - BEATEN - {OK, "SWEPT"}
    return won, refused, [*crashes(outcomes), *(f"somebody was told {each}" for each in told)]


async def test_deciding_about_an_invitation(arena: Arena, tally: Tally, rounds: int) -> None:
    """R52: two approvers twice each, the inviter who takes it back or loses the right, closing and the clock."""
    for key in ("chen", "sun"):
        await supervise(arena.database, arena.world, key, "customer-service")
    for _ in tally.of(max(1, rounds // 2)):
        here = await arena.conversation()
        part = await arena.joined("zhao", here, SUPERVISOR)
        id_ = await arena.invited("mei", here, inviter="zhao")
        if tally.rounds % 3 == 2:
            await expires_soon(arena, invitations, id_)
        cast = _deciders(arena, here, part, id_)[: None if tally.rounds % 2 else 8]
        won, refused, wrong = await race(arena, cast)
        (row,) = await arena.database.all(
            sa.select(invitations.c.status, invitations.c.decided_by_id).where(
                invitations.c.id == id_
            )
        )
        if won["approve"] + won["reject"] > 1:
            wrong.append(f"it was decided more than once: {dict(won)}")
        if (won["reject"] == 1) != (row.status is InvitationStatus.REJECTED):
            wrong.append(f"{dict(won)}, and it is {row.status}")
        if (row.decided_by_id is not None) != bool(won["approve"] + won["reject"]):
            wrong.append("somebody decided, and nobody is named")
        await InProcess(arena).close("lin", here)
        wrong += await violations(arena.database, here)
        tally.round(won.elements(), refused, wrong)


def _deciders(arena: Arena, here: UUID, part: UUID, id_: UUID) -> Cast:
    stage = InProcess(arena)
    lower: UseCase = lambda w, a: adjust_permission(w, a, part, PermissionLevel.GUIDE, None)  # noqa: E731  # one line says it
    return [
        *(
            ("approve", doing(arena, key, lambda w, a: approve_invitation(w, a, id_)))
            for key in ("chen", "sun", "chen")
        ),
        *(
            ("reject", doing(arena, key, lambda w, a: reject_invitation(w, a, id_, None)))
            for key in ("sun", "chen")
        ),
        ("revoke", lambda: stage.revoke("zhao", id_)),
        ("accept", lambda: stage.accept("mei", id_)),
        ("sweep", lambda: sweep(arena)),
        ("lower", doing(arena, "lin", lower, Permission.ADJUST_PERMISSION)),
        ("close", lambda: stage.close("lin", here)),
    ]


async def test_deciding_about_an_authorisation(arena: Arena, tally: Tally, rounds: int) -> None:
    """R45: two who approve, one who refuses, using it twice, leaving, closing and the clock."""
    for _ in tally.of(max(1, rounds // 2)):
        here = await arena.conversation()
        await arena.joined("wang", here, SUPERVISOR)
        id_ = await _asked(arena, here)
        if tally.rounds % 3 == 2:
            await expires_soon(arena, authorizations, id_)
        cast = _authorisers(arena, here, id_)[: None if tally.rounds % 2 else 7]
        won, refused, wrong = await race(arena, cast)
        (row,) = await arena.database.all(
            sa.select(authorizations.c.status).where(authorizations.c.id == id_)
        )
        if won["approve"] + won["deny"] > 1 or won["use"] > won["approve"]:
            wrong.append(f"it was decided or used too often: {dict(won)}")
        if (won["use"] == 1) != (row.status is AuthorizationStatus.USED):
            wrong.append(f"{dict(won)}, and it is {row.status}")
        wrong += await violations(arena.database, here)
        await InProcess(arena).close("lin", here)
        wrong += await violations(arena.database, here)
        tally.round(won.elements(), refused, wrong)


async def _asked(arena: Arena, here: UUID) -> UUID:
    asked = await arena.attempt(
        "wang", lambda w, a: request_authorization(w, a, REVEAL, here, "A call.")
    )
    assert asked.changed.authorization_id, asked
    return asked.changed.authorization_id


def _authorisers(arena: Arena, here: UUID, id_: UUID) -> Cast:
    reveal: UseCase = lambda w, a: reveal_customer_contact(w, a, here, "A call.")  # noqa: E731  # one line says it
    leave: UseCase = lambda w, a: leave_conversation(w, a, here)  # noqa: E731  # one line says it
    return [
        *(
            ("approve", doing(arena, key, lambda w, a: approve_authorization(w, a, id_)))
            for key in ("zhao", "admin")
        ),
        ("deny", doing(arena, "admin", lambda w, a: deny_authorization(w, a, id_))),
        *[("use", doing(arena, "wang", reveal, Permission.REPLY_TO_CUSTOMER))] * 3,
        ("sweep", lambda: sweep(arena)),
        ("leave", doing(arena, "wang", leave, Permission.VIEW_CONVERSATION)),
        ("close", lambda: InProcess(arena).close("lin", here)),
    ]
