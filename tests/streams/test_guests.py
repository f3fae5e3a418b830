"""A guest beside colleagues in the streams of one conversation: each hears by their own right."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from models.conversations import participants
from tests.guests import guest_invited, guest_joined, guest_with_token, soon
from tests.service import Data, Listener, Service, codes
from tests.steps import accept, conversation_id, invited, join, note, uuid_of
from tests.streams.kit import (
    CONVERSATION_EVENTS,
    INTERNAL_NOTES,
    OF_A_CONVERSATION,
    REMOVE,
    Kind,
    act,
    each,
    say,
    to_the_end,
)
from tests.world import make_due

CONTACT = "Grace: grace@customer.example, +44 20 7946 0958"
MASKED = "•••: •••, •••"
MESSAGES = """subscription($id: ID!, $after: Cursor) { conversationEvents(conversationId: $id, after: $after) {
  __typename cursor ... on CustomerMessagePosted { message { text } }
  ... on ConversationSnapshot { conversation { subject messages(last: 9) { totalCount nodes { text } } } } } }"""
NOTES = """subscription($id: ID!, $after: Cursor) { internalNotes(conversationId: $id, after: $after) {
  __typename cursor note { text } ... on NotesSnapshot { notes(last: 9) { totalCount nodes { text } } } } }"""


async def told(listener: Listener, kind: str) -> Data:
    """Return the next event of this kind."""
    while (event := await listener.event())["__typename"] != kind:
        pass
    return event


async def test_a_guest_hears_masked_what_the_primary_hears_plainly(service: Service) -> None:
    """R53: live, in one conversation, by the same document; and nothing of before in the snapshot."""
    await say(service, "before")
    await note(service, "lin", "before")
    await guest_joined(service)
    await join(service, "wang")
    here = {"id": conversation_id(service)}
    for document, kind, field in (
        (MESSAGES, "CustomerMessagePosted", "message"),
        (NOTES, "NotePosted", "note"),
    ):
        heard = {}
        async with AsyncExitStack() as stack:
            listeners = {
                key: await stack.enter_async_context(service.agent(key).listen(document, **here))
                for key in ("lin", "ext", "wang")
            }
            snapshots = {key: await each.event() for key, each in listeners.items()}
            await (say(service, CONTACT) if field == "message" else note(service, "lin", CONTACT))
            for key, listener in listeners.items():
                heard[key] = (await told(listener, kind))[field]["text"]
        assert heard == {"lin": CONTACT, "ext": MASKED, "wang": CONTACT}
        assert "before" in str(snapshots["lin"])
        assert "before" not in str(snapshots["ext"])
        assert "'totalCount': 0" in str(snapshots["ext"])


DECLINE = """
mutation Decline($input: DeclineInvitationInput!) { declineInvitation(input: $input) { errors { code } } }
"""
OTHERS = """subscription($id: ID!) { invitationUpdates(conversationId: $id) {
  __typename actor { agent { name } } invitation { invitee { name } } } }"""


@pytest.mark.parametrize("document", [MESSAGES, OTHERS], ids=["events", "invitations"])
async def test_a_guest_hears_of_no_invitation_of_others(service: Service, document: str) -> None:
    """R53: live, beside a colleague who does; and each hears what comes after it."""
    part = await guest_joined(service)
    here = {"id": conversation_id(service)}
    async with AsyncExitStack() as stack:
        lin, ext = [
            await stack.enter_async_context(service.agent(key).listen(document, **here))
            for key in ("lin", "ext")
        ]
        for listener in (lin, ext):
            await listener.event()
        other = await invited(service, "lin", "wang")
        await told(lin, "InvitationCreated")
        await act(service, "wang", DECLINE, invitationId=other)
        await told(lin, "InvitationDeclined")
        await say(service, "after")
        await removed(service, part)
        heard, refused = await to_the_end(ext)
        assert refused == ["FORBIDDEN"]
        assert "Invitation" not in str([event["__typename"] for event in heard if event])
        assert ("after" in str(heard)) is (document is MESSAGES)


async def removed(service: Service, part: str) -> None:
    await act(service, "lin", REMOVE, participantId=part)


async def out_of_time(service: Service, part: str) -> None:
    await make_due(service.database, uuid_of(part, "Participant"), ends_at=participants)


@each(OF_A_CONVERSATION)
@pytest.mark.parametrize("end", [removed, out_of_time])
async def test_a_guest_with_a_token_is_cut_when_their_part_ends(
    service: Service, kind: Kind, end: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R53: at once, and nothing that happens then comes."""
    monkeypatch.setattr("subscriptions.following.IDLE_SECONDS", 0.1)
    id_ = await guest_invited(service, endsAt=soon())
    guest = await guest_with_token(service, id_)
    part = (await accept(service, "ext", id_))["participant"]["id"]
    async with guest.listen(kind.document, **kind.variables(service)) as listener:
        assert (await listener.event())["__typename"] == kind.snapshot
        await (removed if end is removed else out_of_time)(service, part)
        await note(service, "lin", "behind their back")
        heard, refused = await to_the_end(listener)
        assert refused == ["FORBIDDEN"]
        assert "NotePosted" not in {event["__typename"] for event in heard if event}
    async with guest.listen(kind.document, **kind.variables(service)) as listener:
        assert await listener.error() == "UNAUTHENTICATED"


@pytest.mark.parametrize("kind", [CONVERSATION_EVENTS, INTERNAL_NOTES], ids=["events", "notes"])
async def test_no_cursor_leads_a_guest_back_to_before(service: Service, kind: Kind) -> None:
    """R53: one from before joining is expired for them, whoever gave it; their own is good."""
    async with kind.listen(service) as listener:
        old = (await listener.event())["cursor"]
    await say(service, "before")
    await note(service, "lin", "before")
    id_ = await guest_invited(service)
    assert codes(await accept(service, "ext", id_)) == []
    ext, named = service.agent("ext"), kind.variables(service)
    async with ext.listen(kind.document, after=old, **named) as listener:
        assert await listener.error() == "CURSOR_EXPIRED"
    async with ext.listen(kind.document, **named) as listener:
        fresh = (await listener.event())["cursor"]
    await note(service, "lin", "after")
    await say(service, "after")
    async with ext.listen(kind.document, after=fresh, **named) as listener:
        assert (await listener.event())["__typename"] in {"NotePosted", "CustomerMessagePosted"}
    async with service.agent("lin").listen(kind.document, after=old, **named) as listener:
        await listener.event()


async def test_accepting_gives_a_guest_the_cursor_from_which_nothing_is_missed(
    service: Service,
) -> None:
    """R53: their joining is the newest they do not hear; what comes after is theirs."""
    id_ = await guest_invited(service)
    cursor = (await accept(service, "ext", id_))["cursor"]
    await say(service, "after")
    named = {"id": conversation_id(service), "after": cursor}
    async with service.agent("ext").listen(MESSAGES, **named) as listener:
        assert (await listener.event())["message"]["text"] == "after"
