"""The clock in a play: deadlines fall due when a step says so."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from models.authorizations import authorizations
from models.conversations import participants
from models.handing import delegations, offers
from models.holds import holds
from models.invitations import invitations
from models.log import deadlines
from tests.fuzz.play import Play
from tests.world import FAR, change, make_due

# What moves with a deadline besides its own time.
MOVES = {
    DeadlineKind.INVITATION_EXPIRES: {"expires_at": invitations},
    DeadlineKind.LEVEL_REVERTS: {"level_until": participants},
    DeadlineKind.PERIOD_ENDS: {"ends_at": participants},
    DeadlineKind.HOLD_ENDS: {"resumes_at": holds},
    DeadlineKind.PRIMARY_OFFER_EXPIRES: {"expires_at": offers},
    DeadlineKind.DELEGATION_ENDS: {"until": delegations},
    DeadlineKind.AUTHORIZATION_EXPIRES: {"expires_at": authorizations},
}


async def let_fall_due(play: Play, which: int) -> None:
    """Let the time of a deadline be over, while no timer knows of it yet."""
    d = deadlines.c
    here = d.conversation_id == play.place
    rows = await play.database.all(
        sa.select(d.kind, d.subject_id).where(here).order_by(d.kind, d.subject_id)
    )
    if rows:
        due = rows[which % len(rows)]
        if due.kind is DeadlineKind.COLLABORATORS_IDLE:
            await _let_them_idle(play)
        await make_due(play.database, due.subject_id, due.kind, **MOVES.get(due.kind, {}))


async def _let_them_idle(play: Play) -> None:
    """Let nobody have given a sign since long ago; whoever was warned was warned as long ago."""
    long_ago, p = FAR - timedelta(days=365 * 50), participants.c
    warned = sa.case((p.idle_warned_at.is_not(None), sa.literal(long_ago, p.active_at.type)))
    idle = sa.update(participants).values(active_at=long_ago, idle_warned_at=warned)
    await change(play.database, idle)
    over = sa.update(holds).where(holds.c.ended_at.is_not(None)).values(ended_at=long_ago)
    await change(play.database, over)
