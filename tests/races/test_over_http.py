"""Races between requests that two servers answer: one key twenty times, one new customer twenty times."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import Any

import sqlalchemy as sa

from models.conversations import conversations, customers
from models.messages import notes
from tests.documents import INVITE, POST_NOTE
from tests.races.arena import Arena
from tests.races.documents import OPEN
from tests.races.tally import Tally
from tests.races.truth import violations
from tests.service import Data, Service, node_id

AT_ONCE = 20


async def count(arena: Arena, table: sa.FromClause, *where: sa.ColumnElement[bool]) -> int:
    (row,) = await arena.database.all(sa.select(sa.func.count()).select_from(table).where(*where))
    found: int = row[0]
    return found


async def send(turns: Any, who: str, document: str, input_: Data) -> Data:
    service: Service = next(turns)
    person = service.integration() if who == "integration" else service.agent(who)
    return await person.ask(document, input=input_)


async def same_key(arena: Arena, turns: Any, document: str, input_: Data) -> list[str]:
    """Send one mutation with one key many times at once; every answer must be the same."""
    rivals = [partial(send, turns, "lin", document, input_)] * AT_ONCE
    answers = [str(answer) for answer in await arena.race(rivals)]
    return [] if len(set(answers)) == 1 else [f"one key got {sorted(set(answers))}"]


def failed(answers: list[Data]) -> list[str]:
    return [str(answer["errors"]) for answer in answers if "errors" in answer]


async def test_one_key_for_a_note(
    arena: Arena, servers: list[Service], tally: Tally, rounds: int
) -> None:
    turns = cycle(servers)
    for number in tally.of(max(1, rounds // 4)):
        here = await arena.conversation()
        input_ = {
            "conversationId": node_id("Conversation", here),
            "text": "said once",
            "idempotencyKey": f"note-{number}",
        }
        wrong = await same_key(arena, turns, POST_NOTE, input_)
        if (written := await count(arena, notes, notes.c.conversation_id == here)) != 1:
            wrong.append(f"one key wrote {written} notes")
        tally.round(["note"], [], wrong + await violations(arena.database, here))


async def test_one_key_for_an_invitation(
    arena: Arena, servers: list[Service], tally: Tally, rounds: int
) -> None:
    turns = cycle(servers)
    for number in tally.of(max(1, rounds // 4)):
        here = await arena.conversation()
        input_ = {
            "conversationId": node_id("Conversation", here),
            "invitees": [{"target": {"agentId": node_id("Agent", arena.world.agents["wang"])}}],
            "idempotencyKey": f"invitation-{number}",
        }
        wrong = await same_key(arena, turns, INVITE, input_)
        (row,) = await arena.database.all(
            sa.select(conversations.c.seats_taken).where(conversations.c.id == here)
        )
        if row.seats_taken != 1:
            wrong.append(f"one key took {row.seats_taken} seats")
        tally.round(["invitation"], [], wrong + await violations(arena.database, here))


async def test_one_new_customer(
    arena: Arena, servers: list[Service], tally: Tally, rounds: int
) -> None:
    """The host opens twenty conversations for somebody nobody knows yet: one customer, twenty conversations."""
    turns = cycle(servers)
    for number in tally.of(max(1, rounds // 4)):
        key = f"new-{number}"
        rivals = [partial(send, turns, "integration", OPEN, _opening(arena, key))] * AT_ONCE
        answers = await arena.race(rivals)
        known = customers.c.external_id == key
        people = await count(arena, customers, known)
        opened = await count(arena, conversations.join(customers), known)
        wrong = failed(answers)
        if (people, opened) != (1, AT_ONCE):
            wrong.append(f"{people} customers with {opened} conversations")
        tally.round(["customer"] * people, [], wrong + await violations(arena.database))


def _opening(arena: Arena, key: str) -> Data:
    return {
        "customer": {"new": {"externalId": key, "displayName": "Somebody New"}},
        "subject": "A first question",
        "primaryId": node_id("Agent", arena.world.agents["lin"]),
        "firstMessage": "Hello?",
    }
