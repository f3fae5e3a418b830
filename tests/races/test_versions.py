"""Two hands on the same thing: transfers of one conversation, edits of one note."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import NoteKind
from domain.permissions import ParticipantRole, Permission
from models.conversations import conversations
from models.messages import notes
from resolvers.messages import NoteDraft, edit_note, post_note
from resolvers.participants import transfer_primary
from tests.races.arena import OK, Arena, Outcome, crashes
from tests.races.stages import InProcess
from tests.races.tally import Tally
from tests.races.truth import violations
from tests.world import primary_of

HEIRS = ("wang", "chen")
EDITORS = 10
c = conversations.c
TOO_LATE = frozenset({"NOT_PERMITTED", "NOT_FOUND", "VERSION_CONFLICT"})


async def version_of(arena: Arena, conversation_id: UUID) -> int:
    (row,) = await arena.database.all(sa.select(c.version).where(c.id == conversation_id))
    version: int = row.version
    return version


async def test_two_transfers(arena: Arena, tally: Tally, rounds: int) -> None:
    await _transfers(arena, tally, rounds, versioned=False)


async def test_two_transfers_of_a_version(arena: Arena, tally: Tally, rounds: int) -> None:
    await _transfers(arena, tally, rounds, versioned=True)


async def _transfers(arena: Arena, tally: Tally, rounds: int, *, versioned: bool) -> None:
    """Each is sent twice to each of two heirs: one of the four moves the role."""
    for _ in tally.of(max(1, rounds // 2)):
        here = await arena.conversation()
        parts = {key: await arena.joined(key, here) for key in HEIRS}
        version = await version_of(arena, here) if versioned else None
        tries = [(key, partial(_transfer, arena, part, version)) for key, part in parts.items()] * 2
        outcomes = await arena.race([rival for _, rival in tries])
        winners = [key for (key, _), each in zip(tries, outcomes, strict=True) if each.won]
        wrong = crashes(outcomes) + await violations(arena.database, here)
        told = {each.code for each in outcomes} - TOO_LATE - {OK}
        wrong += [f"somebody was told {code}" for code in told]
        if len(winners) != 1:
            wrong.append(f"the role went to {winners}")
        elif await primary_of(arena.database, here) != arena.world.agents[winners[0]]:
            wrong.append(f"{winners[0]} was told to lead and does not")
        await InProcess(arena).close(winners[0] if winners else "lin", here)
        wrong += await violations(arena.database, here)
        tally.round(winners, [each.code for each in outcomes if not each.won], wrong)


async def _transfer(arena: Arena, part: UUID, version: int | None) -> Outcome:
    return await arena.attempt(
        "lin",
        lambda work, asker: transfer_primary(work, asker, part, ParticipantRole.EXPERT, version),
        Permission.TRANSFER_PRIMARY,
    )


async def test_edits_of_one_note(arena: Arena, tally: Tally, rounds: int) -> None:
    """All have read the same version: one edit holds, the others are shown the conflict."""
    for _ in tally.of(max(1, rounds // 2)):
        here = await arena.conversation()
        note_id = await _posted(arena, here)
        texts = [f"edit {number}" for number in range(EDITORS)]
        outcomes = await arena.race([partial(_edit, arena, note_id, text) for text in texts])
        kept = [text for text, each in zip(texts, outcomes, strict=True) if each.won]
        told = Counter(each.code for each in outcomes)
        wrong = crashes(outcomes) + await violations(arena.database, here)
        (note,) = await arena.database.all(sa.select(notes).where(notes.c.id == note_id))
        if told != {OK: 1, "VERSION_CONFLICT": EDITORS - 1}:
            wrong.append(f"the editors were told {dict(told)}")
        if [note.text] != kept or note.version != 2:
            wrong.append(f"the note says {note.text!r} at version {note.version}, kept: {kept}")
        tally.round(["edit"] * told[OK], told, wrong)


async def _posted(arena: Arena, here: UUID) -> UUID:
    posted = await arena.attempt(
        "lin",
        lambda work, asker: post_note(work, asker, here, NoteDraft(NoteKind.REMARK, "first")),
        Permission.WRITE_NOTES,
    )
    assert posted.changed.note_id, posted
    return posted.changed.note_id


async def _edit(arena: Arena, note_id: UUID, text: str) -> Outcome:
    return await arena.attempt(
        "lin",
        lambda work, asker: edit_note(work, asker, note_id, text, 1),
        Permission.WRITE_NOTES,
    )
