"""What must hold in the database after every race and every step. Each function returns the sentences that say what does not."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from models.database import Reads
from tests.races.truth.deadlines import unjustified_deadlines
from tests.races.truth.everywhere import wrong_counts, wrong_streams
from tests.races.truth.found import find
from tests.races.truth.invitations import wrong_invitations
from tests.races.truth.lead import wrong_lead
from tests.races.truth.rights import outlived_rights
from tests.races.truth.seats import wrong_seats
from tests.races.truth.waiting import repeated_warnings

OF_CONVERSATION = (
    wrong_seats,
    wrong_lead,
    outlived_rights,
    unjustified_deadlines,
    wrong_invitations,
    repeated_warnings,
)


async def violations(reads: Reads, *conversation_ids: UUID) -> list[str]:
    """Return everything that is wrong in these conversations, with the agents, and in any stream."""
    wrong = await wrong_counts(reads) + await wrong_streams(reads)
    return wrong + await violations_in(reads, conversation_ids)


async def violations_in(reads: Reads, conversation_ids: Sequence[UUID]) -> list[str]:
    wrong: list[str] = []
    for conversation_id in conversation_ids:
        found = await find(reads, conversation_id)
        wrong += [sentence for check in OF_CONVERSATION for sentence in check(found)]
    return wrong


__all__ = ["violations"]
