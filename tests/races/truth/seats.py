"""Seats, and the group that works together."""

from __future__ import annotations

from collections.abc import Iterator

from domain.deadlines import DeadlineKind
from tests.races.truth.found import Found


def wrong_seats(found: Found) -> Iterator[str]:
    """A seat is held by whoever takes part, and by each group of whom one can still accept."""
    row, helpers = found.row, len(found.helpers)
    offered = {each.group_id for each in found.waiting}
    offered |= {
        each.subject_id for each in found.deadlines if each.kind is DeadlineKind.DEPUTY_IS_ASKED
    }
    going_on = [each for each in found.collaborations if each.ended_at is None]
    if row.seats_taken != helpers + len(offered):
        yield f"{row.seats_taken} seats taken, {helpers} present + {len(offered)} offered"
    if row.seats_taken > row.seat_limit:
        yield f"{row.seats_taken} of {row.seat_limit} seats taken"
    if len(going_on) != min(helpers, 1):
        yield f"{len(going_on)} collaborations with {helpers} collaborators"
    if {each.invitee_id for each in found.waiting} & found.inside:
        yield "somebody who takes part is still invited"
