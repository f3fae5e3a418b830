"""What must be true in the end, read from the database and compared with what everybody was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from domain.invitations import InvitationStatus
from models.database import Database
from models.invitations import invitations
from models.log import events, streams
from models.messages import messages, notes
from schema.ids import decode, decode_any
from scripts.chaos.readers import Reader
from scripts.chaos.scene import Scene
from scripts.chaos.writers import Ledger
from tests.races.truth import violations


@dataclass
class Verdict:
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    gaps: int = 0
    deliveries: int = 0
    wrong: list[str] = field(default_factory=list)
    lateness: list[float] = field(default_factory=list)
    over_a_death: list[float] = field(default_factory=list)  # of those pending while a process died

    @property
    def good(self) -> bool:
        return not (self.lost or self.duplicated or self.reordered or self.gaps or self.wrong)


async def judge(
    database: Database,
    scene: Scene,
    ledger: Ledger,
    readers: Sequence[Reader],
    deaths: Sequence[datetime],
) -> Verdict:
    verdict = Verdict()
    for reader in readers:
        await _reader(database, reader, verdict)
    await _texts(database, ledger, verdict)
    await _invitations(database, ledger, verdict, deaths)
    verdict.wrong += await violations(database, *(place.id for place in scene.places))
    if ledger.unequal:
        verdict.wrong.append(f"{ledger.unequal} repeats were answered in another way")
    return verdict


async def _reader(database: Database, reader: Reader, verdict: Verdict) -> None:
    """A subscriber saw what the log holds of its stream, each event once and in order."""
    expected = await _logged(database, reader)
    got = [sequence for sequence, _ in reader.got]
    verdict.deliveries += len(got)
    times = Counter(got)
    if missed := sorted(set(expected) - set(got)):
        verdict.lost += len(missed)
        verdict.wrong.append(f"{reader.name} missed {missed[:5]} of {expected[-1]}")
    verdict.duplicated += sum(count - 1 for count in times.values())
    verdict.reordered += sum(later < earlier for earlier, later in pairwise(got))
    verdict.gaps += sum(reader.problems[code] for code in ("HISTORY_CHANGED", "CURSOR_EXPIRED"))
    if extra := set(got) - set(expected):
        verdict.wrong.append(f"{reader.name} heard what is not in the log: {sorted(extra)[:5]}")
    others = reader.problems.keys() - {"HISTORY_CHANGED", "CURSOR_EXPIRED"}
    verdict.wrong += [f"{reader.name} was told {each}" for each in sorted(others)]


async def _logged(database: Database, reader: Reader) -> list[int]:
    e = events.c
    after = (e.stream_id == reader.stream.id) & (e.seq > (reader.first or 0))
    rows = await database.all(sa.select(e.seq, e.type).where(after).order_by(e.seq))
    return [row.seq for row in rows if row.type.startswith(reader.prefix)]


async def heads(database: Database, readers: Sequence[Reader]) -> dict[Any, int]:
    """Return the last sequence of each reader's stream that it is told of."""
    return {id(r): max(await _logged(database, r), default=r.first or 0) for r in readers}


async def _texts(database: Database, ledger: Ledger, verdict: Verdict) -> None:
    """What was acknowledged is there once, at the id that was acknowledged, and was told once in each stream."""
    found: Counter[str] = Counter()
    ids: dict[str, str] = {}
    for table, kind in ((notes, "InternalNote"), (messages, "CustomerMessage")):
        for row in await database.all(sa.select(table.c.id, table.c.text)):
            key = row.text.partition(" ")[0]
            found[key] += 1
            ids[key] = f"{kind} {row.id}"
    for key, id_ in ledger.texts.items():
        there = ids.get(key, " ").partition(" ")
        verdict.lost += found[key] == 0
        verdict.duplicated += max(0, found[key] - 1)
        if there[2] and str(decode_any(id_)[1]) != there[2]:
            verdict.wrong.append(f"{key} was acknowledged as another row")
    twice = [key for key, count in found.items() if count > 1 and key.startswith("key-")]
    verdict.wrong += [f"{len(twice)} keys had their effect twice"] if twice else []
    await _told(database, verdict)


async def _told(database: Database, verdict: Verdict) -> None:
    """Each row was told of exactly once in its stream."""
    e, s = events.c, streams.c
    rows = await database.all(
        sa.select(e.type, e.payload, e.stream_id, sa.func.count().label("times"))
        .join_from(events, streams, e.stream_id == s.id)
        .where(e.type.in_(("NotePosted", "CustomerMessagePosted", "TranscriptMessageAdded")))
        .group_by(e.type, e.payload, e.stream_id)
        .having(sa.func.count() > 1)
    )
    verdict.duplicated += sum(row.times - 1 for row in rows)
    for table, kind in ((notes, "NotePosted"), (messages, "CustomerMessagePosted")):
        (written,) = await database.all(sa.select(sa.func.count()).select_from(table))
        (told,) = await database.all(
            sa.select(sa.func.count()).select_from(events).where(e.type == kind)
        )
        if written[0] != told[0]:
            verdict.wrong.append(f"{written[0]} rows and {told[0]} events of {kind}")


async def _invitations(
    database: Database, ledger: Ledger, verdict: Verdict, deaths: Sequence[datetime]
) -> None:
    """Acknowledged answers stand, each invitation was made once, and what ran out was ended in time."""
    rows = {row.id: row for row in await database.all(sa.select(invitations))}
    made = Counter(row.background for row in rows.values())
    verdict.wrong += [
        f"{key} invited {made[key]} times" for key in ledger.invited if made[key] != 1
    ]
    for id_, status in ledger.answered:
        row = rows.get(decode(id_, "Invitation"))
        if row is None or row.status.name != status:
            verdict.wrong.append(f"an invitation was {status} and is {row and row.status}")
    e = events.c
    expired = await database.all(
        sa.select(e.payload, sa.func.min(e.occurred_at).label("at"))
        .where(e.type == "InvitationExpired")
        .group_by(e.payload)
    )
    ended = {str(row.id): row for row in rows.values() if row.status is InvitationStatus.EXPIRED}
    for told in expired:
        row = next(row for id_, row in ended.items() if id_ in told.payload)
        late = (told.at - row.expires_at).total_seconds()
        verdict.lateness.append(late)
        if any(row.sent_at < death < row.expires_at for death in deaths):
            verdict.over_a_death.append(late)
