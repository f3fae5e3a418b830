"""Server-sent events: one stream for one operation, as graphql-sse has it in its distinct connections mode.

`complete` ends what is over for good. A stream that only this process cannot go on with ends without it, and
the client comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from resolvers.actors import Claims
from schema.limits import STREAMS_PER_PERSON
from server.connections import Carrier, Connections, TooMany
from server.graphql.answers import Answers
from server.graphql.negotiation import EVENTS
from server.graphql.refusals import Refused
from subscriptions.feeds import Away

HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 10.0
HEARTBEAT = b":\n\n"
WAITING = 16  # payloads between a subscription and its connection
END = b""
log = structlog.get_logger()

COMPLETE = b"event: complete\ndata: \n\n"
TOO_MANY = Refused(
    f"You have {STREAMS_PER_PERSON} streams open: end one, or use a WebSocket for several.",
    HTTPStatus.TOO_MANY_REQUESTS,
    "RATE_LIMITED",
    {"Retry-After": "30"},
)
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Vary": "Accept"}


class EventStream(StreamingResponse):
    """Drops a client that takes nothing for too long, and always closes what it streams from."""

    def __init__(self, frames: AsyncGenerator[bytes], held: AbstractContextManager[None]) -> None:
        super().__init__(frames, headers=HEADERS, media_type=EVENTS)
        self.frames = frames
        self.held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self.frames):
            try:
                with self.held:
                    await self._stream(receive, send)
            except TooMany:
                await TOO_MANY.response()(scope, receive, send)

    async def _stream(self, receive: Receive, send: Send) -> None:
        """Send until the end or until the client goes. It is cancelled once, so that cleaning up is not cut off."""
        sending = asyncio.create_task(self.stream_response(send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            sending.cancel()
            problems = await asyncio.gather(sending, leaving, return_exceptions=True)
            for problem in problems:
                if isinstance(problem, Exception) and not isinstance(problem, OSError | Away):
                    log.error("a stream failed", exc_info=problem)

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)

        with suppress(TimeoutError):  # the server closes what is not complete
            await super().stream_response(send_in_time)


class Mailbox:
    """Hands what a subscription is told from where it is made to where it is sent; it holds only so much."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(WAITING)

    def push(self, payload: bytes) -> bool:
        if self.waiting.full():
            return False
        self.waiting.put_nowait(payload)
        return True

    async def send(self, payload: bytes) -> None:
        await self.waiting.put(payload)

    async def told(self, answers: Answers) -> AsyncGenerator[bytes]:
        """Yield everything in order: the answers, and what was put in meanwhile."""
        filling = asyncio.create_task(self._fill(answers))
        try:
            while (payload := await self.waiting.get()) is not END:
                yield payload
            await filling
        finally:
            filling.cancel()
            await asyncio.wait([filling])

    async def _fill(self, answers: Answers) -> None:
        try:
            async with aclosing(answers):
                async for answer in answers:
                    await self.send(orjson.dumps(answer.payload))
        except Exception:
            await self.send(END)
            raise
        await self.send(END)


async def frames_of(
    answers: AsyncGenerator[bytes], connections: Connections, claims: Claims | None
) -> AsyncGenerator[bytes]:
    """Yield the frames of an operation until it is over, the token expires, or the process stops."""
    stop = asyncio.Event()
    stopping = asyncio.ensure_future(stop.wait())
    timer = claims and asyncio.get_running_loop().call_later(_left(claims), stop.set)
    try:
        with connections.open(Carrier.STREAM, stop.set):
            async with aclosing(answers):
                async for frame in _until(stopping, answers):
                    yield frame
    finally:
        stopping.cancel()
        if timer:
            timer.cancel()


def _left(claims: Claims) -> float:
    return (claims.expires_at - datetime.now(UTC)).total_seconds()


async def _until(
    stopping: asyncio.Future[Any], answers: AsyncGenerator[bytes]
) -> AsyncGenerator[bytes]:
    while True:
        upcoming = asyncio.ensure_future(anext(answers, None))
        try:
            while not upcoming.done():
                await asyncio.wait(
                    {upcoming, stopping},
                    timeout=HEARTBEAT_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if stopping.done():
                    return
                if not upcoming.done():
                    yield HEARTBEAT
        finally:
            if not upcoming.done():
                upcoming.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await upcoming
        answer = upcoming.result()
        if answer is None:
            yield COMPLETE
            return
        yield b"event: next\ndata: " + answer + b"\n\n"
