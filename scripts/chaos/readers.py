"""Subscribers that never give up: each comes back with the cursor of the last event it processed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
import orjson

from domain.cursors import read_cursor
from domain.streams import Stream
from scripts.chaos.scene import Place, Scene

SILENCE_SECONDS = 20.0  # the service is heard of every 15
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # before it comes back: longer each time, as clients do
INTERNAL = "INTERNAL_SERVER_ERROR"
AWAY = (aiohttp.ClientError, OSError, TimeoutError, ConnectionError)

SAYS = "__typename cursor"
DOCUMENTS = {
    "conversationEvents": f"""subscription ($id: ID!, $after: Cursor) {{
      conversationEvents(conversationId: $id, after: $after) {{
        {SAYS} ... on CustomerMessagePosted {{ message {{ text }} }} }} }}""",
    "internalNotes": f"""subscription ($id: ID!, $after: Cursor) {{
      internalNotes(conversationId: $id, after: $after) {{ {SAYS} note {{ text }} }} }}""",
    "invitationUpdates": f"""subscription ($id: ID!, $after: Cursor) {{
      invitationUpdates(conversationId: $id, after: $after) {{ {SAYS} invitation {{ id status }} }} }}""",
    "customerMessages": f"""subscription ($after: Cursor) {{
      customerMessages(after: $after) {{
        {SAYS} ... on TranscriptMessageAdded {{ message {{ text }} }} }} }}""",
    "inbox": f"subscription ($after: Cursor) {{ inbox(after: $after) {{ {SAYS} }} }}",
}


@dataclass
class Reader:
    """`got` holds sequence, type and time of every event; `bytes` what came, where it is wanted."""

    name: str
    subscription: str
    token: str
    stream: Stream
    by_socket: bool
    address: str
    id: str | None = None
    cursor: str | None = None
    first: int | None = None
    got: list[tuple[int, str]] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    outages: list[float] = field(default_factory=list)
    begun: dict[str, float] = field(default_factory=dict)
    raw: bytearray | None = None
    connections: int = 0
    lost_at: float | None = None

    @property
    def prefix(self) -> str:
        """What the types of its events begin with."""
        return "Invitation" if self.subscription == "invitationUpdates" else ""

    @property
    def last(self) -> int:
        return self.got[-1][0] if self.got else self.first or 0

    async def follow(self, session: aiohttp.ClientSession, chance: Random) -> None:
        """Follow the stream until cancelled, over whatever happens."""
        pause = FIRST_PAUSE
        while True:
            frames = self._by_socket(session) if self.by_socket else self._by_events(session)
            self.connections += 1
            with suppress(*AWAY):
                async for frame in frames:
                    pause = FIRST_PAUSE
                    if not self._take(frame):
                        break
            await frames.aclose()
            self.lost_at = self.lost_at or time.perf_counter()
            await asyncio.sleep(pause * chance.uniform(0.5, 1.5))
            pause = min(pause * 2, LONGEST_PAUSE)

    @property
    def _request(self) -> dict[str, Any]:
        named = {"id": self.id} if self.id else {}
        return {"query": DOCUMENTS[self.subscription], "variables": {**named, "after": self.cursor}}

    async def _by_socket(self, session: aiohttp.ClientSession) -> AsyncGenerator[dict[str, Any]]:
        url = f"{self.address}/graphql"
        async with session.ws_connect(url, protocols=["graphql-transport-ws"]) as wire:
            hello = {"Authorization": f"Bearer {self.token}"}
            await wire.send_str(_json(type="connection_init", payload=hello))
            while True:
                message = await wire.receive(timeout=SILENCE_SECONDS)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                self._record(message.data.encode())
                frame = orjson.loads(message.data)
                if frame["type"] == "connection_ack":
                    await wire.send_str(_json(type="subscribe", id="1", payload=self._request))
                elif frame["type"] == "ping":
                    await wire.send_str(_json(type="pong"))
                else:
                    yield frame

    async def _by_events(self, session: aiohttp.ClientSession) -> AsyncGenerator[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        timeout = aiohttp.ClientTimeout(total=None, sock_read=SILENCE_SECONDS)
        kind = "next"
        async with session.post(
            f"{self.address}/graphql", json=self._request, headers=headers, timeout=timeout
        ) as reply:
            reply.raise_for_status()
            async for line in reply.content:
                self._record(line)
                if line.startswith(b"event: "):
                    kind = line[7:].strip().decode()
                elif line.startswith(b"data: ") and kind == "next":
                    yield {"type": "next", "payload": orjson.loads(line[6:])}
                elif line.startswith(b"data:"):
                    yield {"type": kind}

    def _record(self, some: bytes) -> None:
        if self.raw is not None:
            self.raw += some

    def _take(self, frame: dict[str, Any]) -> bool:
        """Process a frame; tell whether the subscription goes on."""
        if frame["type"] == "next" and not frame["payload"].get("errors"):
            (event,) = frame["payload"]["data"].values()
            self._event(event)
            return True
        told = frame.get("payload", [])
        for error in told if isinstance(told, list) else told["errors"]:
            code = error.get("extensions", {}).get("code", "?")
            self.problems[f"{code} at {error.get('path')}" if code == INTERNAL else code] += 1
        if frame["type"] in {"complete", "error"}:
            self.problems[frame["type"]] += 1
        return False

    def _event(self, event: dict[str, Any]) -> None:
        now, self.cursor = time.perf_counter(), event["cursor"]
        sequence = read_cursor(event["cursor"]).sequence
        if event["__typename"].endswith("Snapshot"):
            if self.first is not None:
                self.problems["another snapshot"] += 1
            self.first = sequence
            return
        self.got.append((sequence, event["__typename"]))
        if self.lost_at is not None:
            self.outages.append(now - self.lost_at)
            self.lost_at = None
        said = event.get("note") or event.get("message") or {}
        began = self.begun.get((said.get("text") or "").partition(" ")[0])
        if began is not None:
            self.latencies.append(now - began)


def _json(**message: Any) -> str:
    return orjson.dumps(message).decode()


def readers(scene: Scene, address: str, begun: dict[str, float]) -> list[Reader]:
    """Return 24 subscribers: 18 over WebSocket, 6 over server-sent events."""
    return [each for place in scene.places for each in _of(scene, place, address, begun)]


def _of(scene: Scene, place: Place, address: str, begun: dict[str, float]) -> list[Reader]:
    lead, helper = f"lead-{place.number}", f"help-{place.number}"
    conversation, notes, customer = place.streams
    leads, helps, customers = scene.agent(lead), scene.agent(helper), scene.customer(place)
    rows = [
        ("conversationEvents", leads, conversation, True, place.node),
        ("internalNotes", leads, notes, True, place.node),
        ("invitationUpdates", leads, conversation, True, place.node),
        ("inbox", leads, scene.inbox(lead), place.number % 2 == 0, None),
        ("internalNotes", helps, notes, False, place.node),
        ("customerMessages", customers, customer, True, None),
    ]
    return [
        Reader(
            f"{name} of {place.number}",
            name,
            token,
            stream,
            by_socket,
            address,
            id_,
            begun=begun,
            raw=bytearray() if name == "customerMessages" else None,
        )
        for name, token, stream, by_socket, id_ in rows
    ]
