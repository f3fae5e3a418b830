"""Who leads, and what hangs on the lead: open only while it can come true."""

from __future__ import annotations

from collections.abc import Iterator

from domain.conversations import ConversationStatus
from domain.handing import OfferStatus
from tests.races.truth.found import Found


def wrong_lead(found: Found) -> Iterator[str]:
    status, leading = found.row.status, {each.agent_id for each in found.primaries}
    offered = [each for each in found.offers if each.status is OfferStatus.PENDING]
    delegated = [each for each in found.delegations if each.ended_at is None]
    held = [each for each in found.holds if each.ended_at is None]
    if len(found.primaries) != (status is not ConversationStatus.CLOSED):
        yield f"{len(found.primaries)} primaries while {status}"
    if len(held) != (status is ConversationStatus.ON_HOLD):
        yield f"{len(held)} holds while {status}"
    if not {each.agent_id for each in offered} <= found.inside:
        yield "an offer is open to somebody who is gone"
    if not {each.offered_by_id for each in offered} <= leading:
        yield "an offer is open from somebody who does not lead"
    if not {each.delegate_id for each in delegated} <= leading:
        yield "a delegate does not lead"
    if not {each.principal_id for each in delegated} <= found.inside - leading:
        yield "the role cannot return"
