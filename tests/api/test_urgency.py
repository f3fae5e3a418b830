"""An emergency is told at once: URGENT, past quiet hours, on the channels that its invitee left open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.conversations import ConversationClass
from tests.api.asking import act, open_with
from tests.api.test_notifications import INBOX, choose, deliveries
from tests.service import Data, Service, codes
from tests.steps import invited

EMERGENCY = {"emergency": True, "emergencyReason": "All shops are down"}
EVERYWHERE = ["DESKTOP", "SOUND", "TRAY"]


async def be_quiet(service: Service, key: str, *channels: str) -> None:
    """Let it be quiet around now, and invitations come by these channels."""
    now = datetime.now(UTC)
    start, end = ((now + timedelta(hours=hours)).strftime("%H:%M") for hours in (-2, 2))
    quiet = {"start": start, "end": end, "timeZone": "UTC"}
    rules = [{"kind": "INVITATION", "channels": list(channels)}]
    set_ = {"expectedVersion": 0, "quietHours": quiet, "rules": rules}
    assert codes(await choose(service, key, **set_)) == []


async def told(service: Service, **request: Any) -> tuple[Data, list[str]]:
    """Let lin invite wang; return the notice that wang gets, and the channels that lin sees it sent by."""
    place: UUID = await open_with(service, ConversationClass.URGENT)
    async with service.agent("wang").listen(INBOX) as listener:
        await listener.event()
        sent = await invited(service, "lin", "wang", conversation=place, request=request)
        notice: Data = (await listener.event())["notice"]
    return notice, [each["channel"] for each in await deliveries(service, "lin", sent)]


async def test_quiet_hours_hold_back_what_is_no_emergency(service: Service) -> None:
    """R54, R77, R177: in the same conversation, an urgent one, for the same person."""
    await be_quiet(service, "wang", *EVERYWHERE)
    notice, sent = await told(service)
    assert (notice["priority"], notice["channels"], notice["sound"]) == ("HIGH", ["TRAY"], False)
    assert sent == ["TRAY"]
    notice, sent = await told(service, **EMERGENCY)
    assert (notice["priority"], notice["channels"]) == ("URGENT", EVERYWHERE)
    assert notice["sound"] is True
    assert sent == EVERYWHERE


@pytest.mark.parametrize("channels", [["DESKTOP"], []])
async def test_an_emergency_uses_no_channel_that_was_closed(
    service: Service, channels: list[str]
) -> None:
    """R54, R77: it passes quiet hours, not what somebody has chosen."""
    await be_quiet(service, "wang", *channels)
    notice, sent = await told(service, **EMERGENCY)
    assert (notice["priority"], notice["channels"], notice["sound"]) == ("URGENT", channels, False)
    assert sent == channels


async def test_what_comes_of_an_emergency_keeps_its_own_priority(service: Service) -> None:
    """R54, R87: the inviter hears of an answer as of any other."""
    place = await open_with(service, ConversationClass.URGENT)
    sent = await invited(service, "lin", "wang", conversation=place, request=EMERGENCY)
    async with service.agent("lin").listen(INBOX) as listener:
        await listener.event()
        await act(service.agent("wang"), "declineInvitation", invitationId=sent)
        assert (await listener.event())["notice"]["priority"] == "HIGH"
