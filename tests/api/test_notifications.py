"""Being reached: what people choose, and how far an invitation got."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.notices import (
    EN,
    INVITATION,
    TEMPLATES,
    USUAL,
    ZH,
    NoticeKind,
    NoticePriority,
    Preferences,
    quiet_hours,
)
from models.audit import entries
from models.conversations import participants
from models.notifications import past_preferences
from tests.api.asking import act, refused, rows
from tests.api.test_deadlines import raised
from tests.service import Data, Listener, Service, codes
from tests.steps import conversation_id, invited, join, note
from tests.world import make_due

PREFERENCES = """
{ notificationPreferences { version language rules { kind channels } quietHours { start end timeZone } } }
"""
DELIVERIES = """
query ($id: ID!) { invitation(id: $id) { deliveries { device channel status } } }
"""
NIGHT = {"start": "22:00", "end": "07:00", "timeZone": "Asia/Shanghai"}
KEPT = "preferences { version language rules { kind channels } quietHours { start end timeZone } }"
INBOX = """
subscription ($device: String) {
  inbox(device: $device) {
    __typename notice { kind title body priority channels sound link }
    ... on InboxSnapshot { unreadCounts { total } }
  }
}
"""


async def preferences(service: Service, key: str) -> Any:
    return (await service.agent(key).run(PREFERENCES))["notificationPreferences"]


async def choose(service: Service, key: str, **input_: Any) -> Data:
    return await act(service.agent(key), "updateNotificationPreferences", KEPT, **input_)


async def deliveries(service: Service, key: str, invitation: str) -> Any:
    found = (await service.agent(key).run(DELIVERIES, id=invitation))["invitation"]
    return found and found["deliveries"]


async def test_everything_has_a_usual_channel(service: Service) -> None:
    """R76, R77, R78: until somebody chooses, news pops up, what waits for them sounds, the tray shows all."""
    seen = await preferences(service, "wang")
    rules = {rule["kind"]: rule["channels"] for rule in seen["rules"]}
    assert rules["INVITATION"] == ["DESKTOP", "SOUND", "TRAY"]
    assert rules["CONVERSATION"] == ["TRAY"]
    assert (seen["version"], seen["language"], seen["quietHours"]) == (0, "EN", None)


async def test_somebody_chooses_how_to_be_told(service: Service) -> None:
    """R77: what is left out stays, null takes the quiet hours away, a stale version is refused."""
    silent = {"kind": "INVITATION", "channels": ["TRAY"]}
    first = await choose(
        service, "wang", expectedVersion=0, rules=[silent], language="ZH", quietHours=NIGHT
    )
    kept = first["preferences"]
    assert (kept["version"], kept["language"], kept["quietHours"]) == (1, "ZH", NIGHT)
    assert silent in kept["rules"]
    second = await choose(service, "wang", expectedVersion=1, quietHours=None)
    assert second["preferences"]["quietHours"] is None
    assert silent in second["preferences"]["rules"]
    assert codes(await choose(service, "wang", expectedVersion=1)) == ["VERSION_CONFLICT"]
    assert (await preferences(service, "chen"))["version"] == 0


async def test_preferences_set_to_what_they_are_stay(service: Service) -> None:
    """R77, R172: their version; what held before is kept only when something changes."""
    usual = [{"kind": "ANSWER", "channels": ["TRAY", "DESKTOP"]}]
    same = await choose(service, "wang", expectedVersion=0, rules=usual, quietHours=None)
    assert same["preferences"]["version"] == 0
    await choose(service, "wang", expectedVersion=0, quietHours=NIGHT)
    again = await choose(service, "wang", expectedVersion=1, quietHours=NIGHT, language="EN")
    assert again["preferences"]["version"] == 1
    assert [row.version for row in await rows(service, past_preferences)] == [0]
    (entry,) = await rows(service, entries)
    assert entry.operation == "updateNotificationPreferences"
    assert codes(await choose(service, "wang", expectedVersion=0, language="EN")) == [
        "VERSION_CONFLICT"
    ]


async def test_quiet_hours_are_times_of_a_day(service: Service) -> None:
    """R77: what is no time, or no time zone, is refused and says where."""
    whole = ["input", "quietHours"]
    for wrong, path in (
        ({"start": "25:00"}, whole),
        ({"start": "22:00+02:00"}, whole),
        ({"start": "2200"}, whole),
        ({"end": "07"}, whole),
        ({"end": "T22"}, whole),
        ({"end": "7:00"}, whole),
        ({"end": "07:00:00"}, whole),
        ({"end": "0٧:00"}, whole),
        ({"end": "07:00\n"}, whole),
        ({"timeZone": "Mars/Olympus"}, whole),
        ({"timeZone": "../etc"}, whole),
        ({"start": "10:00", "end": "10:00"}, [*whole, "end"]),
    ):
        asked = {"expectedVersion": 0, "quietHours": {**NIGHT, **wrong}}
        (error,) = (await choose(service, "wang", **asked))["errors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", path), wrong
    day = {"expectedVersion": 0, "quietHours": {**NIGHT, "start": "10:00", "end": "09:59"}}
    assert codes(await choose(service, "wang", **day)) == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("hour", "channels"),
    [(13, ["DESKTOP", "SOUND", "TRAY"]), (14, ["TRAY"]), (22, ["TRAY"]), (23, USUAL[INVITATION])],
)
def test_quiet_hours_hold_in_their_time_zone(hour: int, channels: Any) -> None:
    """R77: 22:00 to 07:00 in Shanghai is 14:00 to 23:00 UTC; an emergency is never held back."""
    prefer = Preferences(quiet=quiet_hours("22:00", "07:00", "Asia/Shanghai"))
    now = datetime(2026, 5, 1, hour, tzinfo=UTC)
    assert set(prefer.channels(INVITATION, NoticePriority.HIGH, now)) == set(channels)
    assert len(prefer.channels(INVITATION, NoticePriority.URGENT, now)) == 3
    daytime = Preferences(quiet=quiet_hours("12:00", "13:00", "UTC"))
    held = daytime.channels(INVITATION, NoticePriority.HIGH, now.replace(hour=12))
    assert [channel.value for channel in held] == ["TRAY"]
    with pytest.raises(InvalidInput):
        quiet_hours("noon", "13:00", "UTC")


@pytest.mark.one_database
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_notice_speaks_both_languages(name: str) -> None:
    """R76, R109: with the same names in it, and a friendly one for who is removed."""
    named = ("inviter", "invitee", "subject", "level", "reviewer", "verdict")
    names = dict.fromkeys(named, "Grace")
    english, chinese = (TEMPLATES[name].words(language, **names) for language in (EN, ZH))
    assert english != chinese
    assert all(english + chinese)
    assert ("Grace" in "".join(english)) == ("Grace" in "".join(chinese))
    assert TEMPLATES[name].kind in NoticeKind
    if name.startswith("ParticipantLeft"):
        assert english[0] == "Thank you for your help"


async def test_an_invitation_says_how_far_it_got(service: Service) -> None:
    """R177, R178: sent, delivered to a device, seen there; its inviter and its invitee are told."""
    sent = await invited(service, "lin", "wang")
    every = ("DESKTOP", "SOUND", "TRAY")
    waiting = [{"device": None, "channel": channel, "status": "SENT"} for channel in every]
    assert await deliveries(service, "lin", sent) == waiting
    async with service.agent("wang").listen(INBOX, device="desk") as listener:
        assert (await listener.event())["unreadCounts"] == {"total": 1}
        while (await deliveries(service, "lin", sent))[0]["status"] == "SENT":  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0)
    arrived = await deliveries(service, "lin", sent)
    assert {(each["device"], each["status"]) for each in arrived} == {("desk", "DELIVERED")}
    wang = service.agent("wang")
    assert codes(await act(wang, "markInvitationSeen", invitationId=sent, device="phone")) == []
    told = {(each["device"], each["status"]) for each in await deliveries(service, "wang", sent)}
    assert told == {("desk", "DELIVERED"), ("phone", "SEEN")}


async def test_settings_that_let_nothing_through_are_seen(service: Service) -> None:
    """R177: the inviter sees that no channel of the invitee is open."""
    off = {"kind": "INVITATION", "channels": []}
    await choose(service, "wang", expectedVersion=0, rules=[off])
    assert await deliveries(service, "lin", await invited(service, "lin", "wang")) == []


async def test_how_it_came_stays_as_it_was(service: Service) -> None:
    """R177: what the invitee sets afterwards changes nothing; a device is told by what holds when it comes."""
    sent = await invited(service, "lin", "wang")
    off = {"kind": "INVITATION", "channels": []}
    await choose(service, "wang", expectedVersion=0, rules=[off], quietHours=NIGHT)
    seen = await deliveries(service, "lin", sent)
    assert [each["channel"] for each in seen] == ["DESKTOP", "SOUND", "TRAY"]
    tray = {"kind": "INVITATION", "channels": ["TRAY"]}
    await choose(service, "wang", expectedVersion=1, rules=[tray])
    seen_on = {"invitationId": sent, "device": "phone"}
    await act(service.agent("wang"), "markInvitationSeen", **seen_on)
    await choose(service, "wang", expectedVersion=2, rules=[off])
    once = {"device": "phone", "channel": "TRAY", "status": "SEEN"}
    assert await deliveries(service, "lin", sent) == [once]


async def test_nobody_else_learns_how_far_it_got(service: Service) -> None:
    """R156, R177: not others who take part, and only the invitee can have seen it."""
    await join(service, "chen")
    sent = await invited(service, "lin", "wang")
    assert await deliveries(service, "chen", sent) is None
    assert await deliveries(service, "mei", sent) is None
    seen = {"invitationId": sent}
    assert await refused(service.agent("chen"), "markInvitationSeen", **seen) == "NOT_PERMITTED"
    assert await refused(service.agent("lin"), "markInvitationSeen", **seen) == "NOT_PERMITTED"
    assert await refused(service.agent("mei"), "markInvitationSeen", **seen) == "NOT_FOUND"


async def test_a_notice_is_ready_to_be_shown(service: Service) -> None:
    """R69, R76, R81: title, body, priority, sound and link; what identifies the customer is masked."""
    async with service.agent("wang").listen(INBOX) as listener:
        assert (await listener.event())["notice"] is None
        sent = await invited(service, "lin", "wang")
        notice = (await listener.event())["notice"]
    assert (notice["title"], notice["link"]) == ("Lin asks for your help", f"invitations/{sent}")
    assert (notice["kind"], notice["priority"], notice["sound"]) == ("INVITATION", "HIGH", True)
    assert "502" in notice["body"]
    assert "grace@customer.example" not in notice["body"]


async def test_a_notice_is_for_the_side_it_concerns(service: Service) -> None:
    """R76, R87: nobody is told of what they did themselves; the inviter hears of the refusal."""
    async with service.agent("lin").listen(INBOX) as listener:
        await listener.event()
        sent = await invited(service, "lin", "wang")
        assert (await listener.event())["notice"] is None
        await act(service.agent("wang"), "declineInvitation", invitationId=sent)
        assert (await listener.event())["notice"]["title"] == "Wang cannot help now"


async def test_whoever_is_removed_gets_a_friendly_notice(service: Service) -> None:
    """R109: in their language, without anything of the conversation they can no longer read."""
    await choose(service, "wang", expectedVersion=0, language="ZH")
    part = await join(service, "wang")
    async with service.agent("wang").listen(INBOX) as listener:
        await listener.event()
        await act(service.agent("lin"), "adjustPermission", participantId=part, level="READ_ONLY")
        assert (await listener.event())["notice"]["title"] == "您的权限已调整为 READ_ONLY"
        await act(service.agent("lin"), "removeParticipant", participantId=part)
        notice = (await listener.event())["notice"]
    assert (notice["title"], notice["link"]) == ("感谢您的协助", "inbox")
    assert "502" not in notice["body"]


CANCELED = """subscription { inbox { __typename actor { kind agent { id } } notice { title }
  ... on InvitationCanceled { invitation { status } } } }"""


async def canceled(listener: Listener) -> Data:
    """Return what is told of the next invitation that the service canceled."""
    while (told := await listener.event())["__typename"] != "InvitationCanceled":
        pass
    return told


async def test_nobody_is_told_of_what_they_brought_about(service: Service) -> None:
    """R76, R87: who closes hears that their invitation has ended, and is shown nothing; it was the service's doing."""
    await invited(service, "lin", "wang")
    async with (
        service.agent("lin").listen(CANCELED) as inbox,
        service.agent("wang").listen(CANCELED) as other,
    ):
        await act(
            service.agent("lin"), "closeConversation", conversationId=conversation_id(service)
        )
        mine, theirs = await canceled(inbox), await canceled(other)
    assert mine["invitation"] == {"status": "CANCELED"}
    assert mine["actor"] == theirs["actor"] == {"kind": "SYSTEM", "agent": None}
    assert mine["notice"] is None
    assert theirs["notice"] == {"title": "No longer needed"}


async def test_who_is_about_something_else_is_told_what_the_clock_brought_about(
    service: Service,
) -> None:
    """R46, R76: their level ends while they write a note, and their invitation with it."""
    part = await raised(service)
    await make_due(service.database, part, level_until=participants)
    async with service.agent("wang").listen(CANCELED) as inbox:
        assert codes(await note(service, "wang", "Wait a moment.")) == []
        assert (await canceled(inbox))["notice"] == {"title": "No longer needed"}
