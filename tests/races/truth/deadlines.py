"""Deadlines: what the clock has to do is written down as long as there is a reason, and no longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from domain.authorizations import OPEN as UNUSED
from domain.conversations import ConversationStatus
from domain.deadlines import DeadlineKind
from domain.handing import OfferStatus
from domain.invitations import InvitationStatus
from tests.races.truth.found import Found

ENDED_SEARCH = {
    InvitationStatus.ACCEPTED,
    InvitationStatus.REVOKED,
    InvitationStatus.CANCELED,
}


def unjustified_deadlines(found: Found) -> Iterator[str]:
    must, may = dict(_must(found)), dict(_may(found))
    for kind in DeadlineKind:
        due = {each.subject_id for each in found.deadlines if each.kind is kind}
        if missing := must.get(kind, set()) - due:
            yield f"{len(missing)} deadlines {kind} are missing"
        if left := due - must.get(kind, set()) - may.get(kind, set()):
            yield f"{len(left)} deadlines {kind} are left without a reason"


def _must(found: Found) -> Iterator[tuple[DeadlineKind, set[UUID]]]:
    yield DeadlineKind.INVITATION_EXPIRES, _ids(found.waiting)
    part = found.present
    yield DeadlineKind.LEVEL_REVERTS, _ids(each for each in part if each.level_until)
    yield DeadlineKind.PERIOD_ENDS, _ids(each for each in part if each.ends_at)
    yield DeadlineKind.HOLD_ENDS, _ids(each for each in found.holds if not each.ended_at)
    going_on = [each for each in found.collaborations if not each.ended_at]
    yield DeadlineKind.COLLABORATORS_IDLE, {each.conversation_id for each in going_on}
    offered = (each for each in found.offers if each.status is OfferStatus.PENDING)
    yield DeadlineKind.PRIMARY_OFFER_EXPIRES, _ids(offered)
    delegated = (each for each in found.delegations if not each.ended_at)
    yield DeadlineKind.DELEGATION_ENDS, _ids(delegated)
    asked = (each for each in found.authorizations if each.status in UNUSED)
    yield DeadlineKind.AUTHORIZATION_EXPIRES, _ids(asked)


def _may(found: Found) -> Iterator[tuple[DeadlineKind, set[UUID]]]:
    """What is there unless it was done already."""
    pending = [each for each in found.waiting if each.status is InvitationStatus.PENDING]
    yield DeadlineKind.INVITATION_REMINDS, _ids(pending)
    yield DeadlineKind.DEFERRAL_ENDS, _ids(each for each in pending if each.deferred_until)
    over = {each.group_id for each in found.invitations if each.status in ENDED_SEARCH}
    yield DeadlineKind.DEPUTY_IS_ASKED, {each.group_id for each in found.deputies} - over
    if found.row.status is ConversationStatus.OPEN and found.asked_at:
        yield DeadlineKind.PRIMARY_UNRESPONSIVE, {found.row.id}
        yield DeadlineKind.CUSTOMER_REPLY_TARGET, {found.row.id}


def _ids(rows: Iterable[object]) -> set[UUID]:
    return {row.id for row in rows}  # type: ignore[attr-defined]  # every table's own key
