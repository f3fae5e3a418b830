"""Rights that outlive their end: levels, periods, authorisations, and what was offered by who may not offer it any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from domain.authorizations import OPEN, AuthorizationStatus
from domain.permissions import Permission, permits
from tests.races.truth.found import Found

SAME_MOMENT = timedelta(milliseconds=20)  # one statement reads the clock twice


def outlived_rights(found: Found) -> Iterator[str]:
    for part in found.participants:
        yield from _of_part(part)
    for authorization in found.authorizations:
        yield from _of_authorization(found, authorization)
    inviting = {each.agent_id for each in found.present if permits(each.level, Permission.INVITE)}
    if not {each.inviter_id for each in found.waiting} <= inviting:
        yield "an invitation is open from somebody who may not invite any more"


def _of_part(part: Any) -> Iterator[str]:
    if part.left_at is None:
        return
    if part.level_until is not None or part.base_level is not None:
        yield "a temporary level has outlived the part"
    if part.ends_at is not None and part.left_at > part.ends_at + SAME_MOMENT:
        yield f"somebody stayed {part.left_at - part.ends_at} too long"


def _of_authorization(found: Found, row: Any) -> Iterator[str]:
    if row.status in OPEN and row.requester_id not in found.inside:
        yield f"an authorisation is {row.status} for somebody who is gone"
    if (row.status in OPEN) != (row.ended_at is None):
        yield f"an authorisation is {row.status} and ended at {row.ended_at}"
    if row.decided_by_id == row.requester_id:
        yield "somebody authorised themselves"
    used = row.status in {AuthorizationStatus.USED, AuthorizationStatus.DENIED}
    if used and row.ended_at > row.expires_at + SAME_MOMENT:
        yield f"an authorisation is {row.status}, {row.ended_at - row.expires_at} too late"
    if row.status is AuthorizationStatus.EXPIRED and row.ended_at < row.expires_at:
        yield f"an authorisation has expired {row.expires_at - row.ended_at} too early"
