"""How uvicorn speaks HTTP and WebSocket, with bounds where it has none.

A client cannot make the process keep a head or a queue without end, nor wait for one; nor answer pings that it does
not read, nor put a message together from nothing; nor hold a socket by reading too little.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

import orjson
import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from websockets.frames import CloseCode

from schema.limits import HEAD_BYTES
from server.graphql.pushing import PushingProtocol
from server.graphql.refusals import JSON, Refused

HEAD_SECONDS = 10.0
LINGER_SECONDS = 30.0  # for clients slower than some kilobytes a second
QUEUED = 32  # requests that wait for the answer to an earlier one of the same connection
FRAMES_BETWEEN_MESSAGES = 1_000
SLICE = 8 * 1024

log = structlog.get_logger()


class Lingering:
    """A transport that, once closed, waits only so long for the client to take what was written."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        unread = self._transport.get_write_buffer_size()
        self._transport.close()
        if unread:
            self._loop.call_later(LINGER_SECONDS, self._transport.abort)


class HTTP(HttpToolsProtocol):
    """Refuses a head that is too long, and closes where none comes. `unparsed` is how much led to nothing yet."""

    unparsed = 0
    upgraded = False
    patience: asyncio.TimerHandle | None = None
    slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(cast(asyncio.Transport, Lingering(transport, self.loop)))
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_expecting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), SLICE):
            self._take(data[start : start + SLICE])

    def _take(self, data: bytes) -> None:
        """Parse a part, unless a head would be longer with it than it may be."""
        if self.transport.is_closing() or self.upgraded:
            return
        self.unparsed += len(data)
        if self.unparsed > HEAD_BYTES:
            words = f"The head of a request holds {HEAD_BYTES // 1024} kB at most."
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, words)
        else:
            super().data_received(data)

    def handle_websocket_upgrade(self) -> None:
        self.upgraded = True
        super().handle_websocket_upgrade()

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= QUEUED:
            raise ValueError("Too many requests at once.")  # the parser stops and refuses the rest
        self.unparsed = 0
        self._stop_expecting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.unparsed = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.slow = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.slow is not None:
            self.slow.cancel()

    def _expect_head(self) -> None:
        self._stop_expecting()
        self.patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_expecting(self) -> None:
        if self.patience is not None:
            self.patience.cancel()

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _give_up(self) -> None:
        if not self._answering:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, "This is no request of HTTP.")

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        """Answer in JSON, like everything else, what never becomes a request; in the middle of an answer just go."""
        refused = Refused(words, status)
        log.info("refused", status=refused.status, code=refused.code)
        if self._answering:
            self.transport.abort()
            return
        body = orjson.dumps({"errors": [refused.error]})
        head = f"content-type: {JSON}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head.encode() + body)
        self.transport.close()


class WebSocket(PushingProtocol):
    """Refuses frames that never become a message, and leaves pings of those who read nothing without an answer."""

    frames_between = 0

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), SLICE):
            if not self.transport.is_closing():
                super().data_received(data[start : start + SLICE])

    def send_receive_event_to_app(self) -> None:
        self.frames_between = 0
        super().send_receive_event_to_app()

    def handle_cont(self, event: Any) -> None:
        if self._bearable():
            super().handle_cont(event)

    def handle_pong(self, event: Any) -> None:
        if self._bearable():
            super().handle_pong(event)

    def handle_ping(self) -> None:
        if not self.writable.is_set():
            self.conn.data_to_send()  # the pongs, which there is no room for
        elif self._bearable():
            super().handle_ping()

    def _bearable(self) -> bool:
        """Count a frame that is no message. The first one too many closes the socket."""
        self.frames_between += 1
        if self.frames_between == FRAMES_BETWEEN_MESSAGES:
            self.conn.fail(CloseCode.POLICY_VIOLATION, "Too many frames between two messages.")
            self.handle_parser_exception()
        return self.frames_between < FRAMES_BETWEEN_MESSAGES
