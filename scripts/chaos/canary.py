"""What a customer can get at: every operation and subscription of theirs, with guessed ids and cursors, byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import sqlalchemy as sa

from models.database import Database
from models.log import streams
from models.messages import notes
from models.stored import heads
from schema.ids import encode
from scripts.chaos.readers import AWAY, Reader
from scripts.chaos.scene import Scene
from scripts.chaos.writers import CANARY

ASKED = (
    "{ customerConversation { id status messages(last: 20) { nodes { text author } } } }",
    "query ($id: ID!) { node(id: $id) { id __typename ... on InternalNote { text } } }",
    "query ($id: ID!) { nodes(ids: [$id]) { ... on InternalNote { text } } }",
    "query ($id: ID!) { conversation(id: $id) { notes(last: 20) { nodes { text } } } }",
    "query ($id: ID!) { conversation(id: $id) { events(last: 20) { nodes { __typename } } } }",
    "{ viewer { agent { id } } conversations { nodes { notes { nodes { text } } } } }",
    "{ __schema { types { name } } }",
)
FOLLOWED = (
    "subscription ($after: Cursor) { customerMessages(after: $after) { __typename cursor } }",
    """subscription ($id: ID!, $after: Cursor) {
      internalNotes(conversationId: $id, after: $after) { note { text } } }""",
    """subscription ($id: ID!, $after: Cursor) {
      conversationEvents(conversationId: $id, after: $after) { __typename } }""",
    "subscription ($after: Cursor) { inbox(after: $after) { __typename } }",
)
LISTENING_SECONDS = 0.5


async def pry(database: Database, scene: Scene, address: str) -> bytes:
    """Ask as a customer for everything, and return all that came, headers included."""
    place = scene.places[0]
    some = await database.all(sa.select(notes.c.id).limit(3))
    ids = [encode("InternalNote", row.id) for row in some]
    ids += [each.node for each in scene.places]
    ids += [encode("CustomerMessage", row.id) for row in some]
    cursors = [None, *(str(each) for each in (await heads(database, place.streams)).values())]
    cursors += [str(row.id) for row in await database.all(sa.select(streams.c.id).limit(2))]
    headers = {"Authorization": f"Bearer {scene.customer(place)}"}
    got = bytearray()
    async with aiohttp.ClientSession(headers=headers) as session:
        for query in ASKED:
            for id_ in ids if "$id" in query else ids[:1]:
                got += await _post(session, address, query, {"id": id_}, "application/json")
        for query in FOLLOWED:
            for cursor in cursors:
                variables = {"id": place.node, "after": cursor}
                got += await _post(session, address, query, variables, "text/event-stream")
    return bytes(got)


async def _post(
    session: aiohttp.ClientSession, address: str, query: str, variables: dict[str, Any], accept: str
) -> bytes:
    named = {name: value for name, value in variables.items() if f"${name}" in query}
    got = bytearray()
    with suppress(*AWAY):
        async with (
            asyncio.timeout(LISTENING_SECONDS if "subscription" in query else 20),
            session.post(
                f"{address}/graphql",
                json={"query": query, "variables": named},
                headers={"Accept": accept},
            ) as reply,
        ):
            got += repr(reply.raw_headers).encode()
            async for some in reply.content.iter_any():
                got += some
    return bytes(got)


def hits(pried: bytes, readers: Sequence[Reader], heard: bytes, logs: Sequence[Path]) -> list[str]:
    """Return where a token of an internal note was seen that none may be in."""
    seen = {
        "what a customer pried out": pried,
        "a customer's subscription": b"".join(bytes(each.raw or b"") for each in readers),
        "the broker's traffic": heard,
        "the logs": b"".join(path.read_bytes() for path in logs),
    }
    return [f"{CANARY} in {where}" for where, some in seen.items() if CANARY.encode() in some]
