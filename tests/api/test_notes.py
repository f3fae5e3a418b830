"""What colleagues say among themselves, where no customer ever reads."""

from __future__ import annotations

import pytest

from models.messages import messages, notes
from tests.api.asking import act, heard, look, open_with, refused, rows
from tests.documents import INTERNAL_NOTES
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, invited, join, note

KINDS = ["DISCUSSION", "GUIDANCE", "REMARK", "REMINDER", "HIGHLIGHT", "KNOWLEDGE"]


async def edit(service: Service, key: str, note_id: str, text: str, version: int) -> Data:
    return await act(
        service.agent(key),
        "editNote",
        "note { text version editedAt }",
        noteId=note_id,
        text=text,
        expectedVersion=version,
    )


async def test_collaborators_talk_in_private_and_at_once(service: Service) -> None:
    """R57, R95, R160, R189: all inside hear of it live; the transcript and the customer do not."""
    await join(service, "wang")
    await join(service, "chen", role="OBSERVER")
    id_ = conversation_id(service)
    async with service.agent("chen").listen(INTERNAL_NOTES, id=id_) as listening:
        await listening.event()
        await note(service, "wang", "Refund quietly.")
        assert (await listening.event())["note"]["text"] == "Refund quietly."
    world = service.world
    assert await heard(service, world.conversation, "NOTES") == ["NotePosted"]
    assert await heard(service, world.conversation, "CUSTOMER") == []
    assert "NotePosted" not in await heard(service, world.conversation)
    assert await rows(service, messages) == []


async def test_each_kind_of_note_is_kept_and_found(service: Service) -> None:
    """R6, R14, R57: guidance, remarks, reminders, marks and knowledge are kinds of one thing."""
    for kind in KINDS:
        said = {"conversationId": conversation_id(service), "text": kind.lower(), "kind": kind}
        assert codes(await act(service.agent("lin"), "postNote", **said)) == []
    seen = await look(service, "lin", "notes(kinds: [GUIDANCE, KNOWLEDGE]) { nodes { kind text } }")
    assert seen["notes"]["nodes"] == [
        {"kind": "GUIDANCE", "text": "guidance"},
        {"kind": "KNOWLEDGE", "text": "knowledge"},
    ]
    everything = await look(service, "lin", "notes { nodes { kind } }")
    assert [each["kind"] for each in everything["notes"]["nodes"]] == KINDS


async def test_a_note_can_be_about_a_message(service: Service) -> None:
    """R95: of the same conversation only."""
    await act(service.customer(), "sendCustomerMessage", text="It is broken.")
    (message,) = await rows(service, messages)
    said = {"text": "Ask for the order.", "aboutMessageId": node_id("CustomerMessage", message.id)}
    payload = await act(
        service.agent("lin"),
        "postNote",
        "note { aboutMessage { text } author { name } }",
        conversationId=conversation_id(service),
        **said,
    )
    assert payload["note"] == {
        "aboutMessage": {"text": "It is broken."},
        "author": {"name": "Lin"},
    }
    elsewhere = node_id("Conversation", await open_with(service))
    lin = service.agent("lin")
    assert await refused(lin, "postNote", conversationId=elsewhere, **said) == "NOT_FOUND"


async def test_a_watcher_reads_and_does_not_write(service: Service) -> None:
    """R41, R49, R71: READ_ONLY reads the notes and posts none."""
    await note(service, "lin", "Watch how I calm them.")
    await join(service, "wang", role="OBSERVER")
    assert codes(await note(service, "wang", "May I?")) == ["NOT_PERMITTED"]
    seen = await look(service, "wang", "notes { nodes { text } }")
    assert seen["notes"]["nodes"] == [{"text": "Watch how I calm them."}]
    assert len(await rows(service, notes)) == 1


@pytest.mark.parametrize(
    ("key", "code"), [("zhao", "NOT_PERMITTED"), ("mei", "NOT_FOUND"), ("other", "NOT_FOUND")]
)
async def test_nobody_outside_writes_notes(service: Service, key: str, code: str) -> None:
    """R156, R160: nor does somebody who is only invited."""
    await invited(service, "lin", "wang")
    assert codes(await note(service, key, "Hello?")) == [code]
    assert codes(await note(service, "wang", "Hello?")) == ["NOT_FOUND"]
    assert await rows(service, notes) == []


async def test_the_author_edits_a_note(service: Service) -> None:
    """R57, R172: with the version that was read; the edit is told on the notes' stream."""
    posted = (await note(service, "lin", "Frist draft"))["note"]
    payload = await edit(service, "lin", posted["id"], "First draft", posted["version"])
    assert (payload["note"]["text"], payload["note"]["version"]) == ("First draft", 2)
    assert payload["note"]["editedAt"] is not None
    assert await heard(service, service.world.conversation, "NOTES") == ["NotePosted", "NoteEdited"]


@pytest.mark.parametrize("version", [1, 3, -1, 2**31 - 1])
async def test_an_edit_of_what_has_changed_is_a_conflict(service: Service, version: int) -> None:
    """R172: the answer shows the note as it is; nothing is overwritten."""
    posted = (await note(service, "lin", "One"))["note"]
    await edit(service, "lin", posted["id"], "Two", 1)
    (error,) = (await edit(service, "lin", posted["id"], "Three", version))["errors"]
    assert (error["code"], error["currentVersion"]) == ("VERSION_CONFLICT", 2)
    assert error["note"] == {"version": 2, "text": "Two"}


async def test_nobody_edits_anothers_note(service: Service) -> None:
    """R156: not a collaborator, not a manager, nobody outside; not oneself after leaving."""
    await join(service, "wang")
    await join(service, "zhao", role="SUPERVISOR")
    posted = (await note(service, "wang", "Mine"))["note"]["id"]
    for key, code in {"lin": "NOT_PERMITTED", "zhao": "NOT_PERMITTED", "mei": "NOT_FOUND"}.items():
        assert codes(await edit(service, key, posted, "Yours", 1)) == [code]
    await act(service.agent("wang"), "leaveConversation", conversationId=conversation_id(service))
    assert codes(await edit(service, "wang", posted, "Still mine", 1)) == ["NOT_FOUND"]
    (row,) = await rows(service, notes)
    assert (row.text, row.version) == ("Mine", 1)
