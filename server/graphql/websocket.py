"""`/graphql` over WebSocket: graphql-transport-ws, clause by clause.

One task reads. Whatever ends the socket says so by `end`, the first one wins, and the reader cleans up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any

import orjson
import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from resolvers.actors import Claims
from schema.context import Context
from server.connections import Carrier, TooMany
from server.graphql.edge import Edge, has_secret, person_of
from server.graphql.messages import PROTOCOL, Close, well_formed
from server.graphql.operations import Operations
from server.graphql.pushing import NO_CHANNEL, PUSH, Channel
from server.graphql.requests import Malformed, decode
from server.hosts import Origins
from server.keys import KeysAway
from server.tokens import BadToken

INIT_SECONDS = 5.0
PING_SECONDS = 15.0
PONG_SECONDS = 29.0  # two pings without an answer; less than their time, as a timer may be early
SOON_SECONDS = 1.0  # before its token is over nobody is asked: the answer would meet the end
SEND_SECONDS = 10.0
CLOSE_SECONDS = 1.0
REASON_BYTES = 123  # what a close frame has room for

Message = Mapping[str, Any]

log = structlog.get_logger()


@dataclass(frozen=True)
class WebSocketEndpoint:
    edge: Edge
    origins: Origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        if not self.origins.allow(websocket):
            await websocket.close()  # before it is accepted: the handshake is answered with 403
        elif has_secret(websocket):
            await websocket.accept(PROTOCOL if PROTOCOL in scope["subprotocols"] else None)
            await websocket.close(Close.MALFORMED, "A token never goes into an address.")
        elif PROTOCOL not in scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(Close.NOT_ACCEPTABLE, f"Only {PROTOCOL} is spoken here.")
        else:
            await websocket.accept(PROTOCOL)
            scope["headers"].clear()  # nobody needs them any more, and a socket is held for hours
            await Socket(self.edge, websocket).serve()


class Socket:
    """One connection. `tasks` are what runs for its operations, and some that are cancelled still clean up."""

    __slots__ = (
        "acknowledged",
        "channel",
        "claims",
        "edge",
        "ending",
        "heard_at",
        "initialised",
        "operations",
        "person",
        "reader",
        "tasks",
        "watch",
        "websocket",
    )

    def __init__(self, edge: Edge, websocket: WebSocket) -> None:
        self.edge = edge
        self.websocket = websocket
        self.channel: Channel = websocket.scope["extensions"].get(PUSH, NO_CHANNEL)
        self.reader: asyncio.Task[Any] | None = None
        self.ending: tuple[Close, str] | None = None
        self.watch: asyncio.TimerHandle | None = None
        self.operations = Operations(self)
        self.tasks: set[asyncio.Task[None]] = set()
        self.claims: Claims | None = None
        self.person: str | None = None
        self.initialised = self.acknowledged = False
        self.heard_at = 0.0

    def end(self, code: Close, reason: str) -> None:
        """End the socket, once, from wherever that is found to be right."""
        if self.ending is None:
            self.ending = (code, reason)
            if self.reader not in {None, asyncio.current_task()}:
                self.reader.cancel()

    def away(self) -> None:
        self.end(Close.TRY_LATER, "We cannot read at the moment; come back.")

    def context(self) -> Context:
        return self.edge.context(self.websocket, self.claims)

    def _restart(self) -> None:
        self.end(Close.RESTART, "This process stops; come back.")

    async def serve(self) -> None:
        """Serve until the client goes or the socket is ended."""
        with self.edge.connections.open(Carrier.SOCKET, self._restart):
            self.reader = asyncio.current_task()
            self._watch_in(INIT_SECONDS)
            try:
                await self._read()
            except asyncio.CancelledError:
                if self.ending is None:
                    raise
            finally:
                self.reader = None
                await self._clean_up()
                await self._close()

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("a socket failed", exc_info=problem)
            self.end(Close.TRY_LATER, "Something went wrong on our side.")

    async def _clean_up(self) -> None:
        if self.watch is not None:
            self.watch.cancel()
        if self.person is not None:
            self.edge.connections.let_go(self.person, Carrier.SOCKET)
        self.operations.cancel()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _close(self) -> None:
        """Tell the client why, if it still listens."""
        if self.ending is not None:
            code, words = self.ending
            reason = words.encode()[:REASON_BYTES].decode(errors="ignore")
            with suppress(TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.websocket.close(code, reason)

    # What is watched meanwhile.

    def _watch_in(self, seconds: float) -> None:
        """Look after the client so much later, or when its token is over."""
        if self.watch is not None:
            self.watch.cancel()
        seconds = min(seconds, max(0, self._good_for()))
        self.watch = asyncio.get_running_loop().call_later(seconds, self._look_after)

    def _good_for(self) -> float:
        """Return for how many seconds the token is good."""
        if self.claims is None:
            return inf
        return (self.claims.expires_at - datetime.now(UTC)).total_seconds()

    def _look_after(self) -> None:
        """Let go who does not begin, whose token is over, and who is silent; ask others whether they are still there."""
        now = asyncio.get_running_loop().time()
        if self.channel is not NO_CHANNEL and not self.channel.asked:
            self.heard_at = now
        if not self.initialised:
            self.end(Close.INIT_TIMEOUT, "Connection initialisation timeout")
        elif self._good_for() <= 0:
            self.end(Close.FORBIDDEN, "Your token has expired.")
        elif self.acknowledged and now - self.heard_at > PONG_SECONDS:
            self.end(Close.TRY_LATER, "You did not answer pings.")
        else:
            if self.acknowledged and self._good_for() > SOON_SECONDS:
                self._ping()
            self._watch_in(PING_SECONDS)

    def _ping(self) -> None:
        if not self.channel.ping():
            self.begin(self.send({"type": "ping"}))

    # What the client says.

    async def _read(self) -> None:
        try:
            while self.ending is None:
                await self._hear(decode(await self._text()))
                await asyncio.sleep(0)  # others get their turn, however fast one talks
        except Malformed:
            self.end(Close.MALFORMED, "This is no message of the protocol")
        except WebSocketDisconnect:
            return

    async def _text(self) -> str:
        try:
            return await self.websocket.receive_text()
        except KeyError as problem:  # it is bytes
            raise Malformed("Messages are text.") from problem

    async def _hear(self, message: Any) -> None:
        self.heard_at = asyncio.get_running_loop().time()
        if well_formed(message):
            await getattr(self, f"_on_{message['type']}")(message)
        else:
            self.end(Close.MALFORMED, "This is no message of the protocol")

    async def _on_connection_init(self, message: Message) -> None:
        if self.initialised:
            self.end(Close.TOO_MANY_INITS, "Too many initialisation requests")
            return
        self.initialised = True
        try:
            await self._sign_in(message.get("payload") or {})
        except KeysAway as problem:
            self.end(Close.TRY_LATER, str(problem))
        except BadToken as problem:
            self.end(Close.FORBIDDEN, str(problem))
        except TooMany:
            self.end(
                Close.TRY_LATER, "You have too many sockets open: use one for many operations."
            )
        else:
            await self.send({"type": "connection_ack"})
            self.acknowledged = True
            self._watch_in(PING_SECONDS)

    async def _sign_in(self, payload: Message) -> None:
        given = {str(name).lower(): value for name, value in payload.items()}
        self.claims = await self.edge.authenticator.claims(given.get("authorization"))
        person = person_of(self.websocket, self.claims)
        self.edge.connections.hold(person, Carrier.SOCKET)
        self.person = person

    async def _on_ping(self, message: Message) -> None:
        payload = {"payload": message["payload"]} if message.get("payload") is not None else {}
        try:
            await self.send({"type": "pong", **payload})
        except orjson.JSONEncodeError as problem:
            raise Malformed("What is nested so deep is not sent back.") from problem

    async def _on_pong(self, message: Message) -> None:
        return

    async def _on_subscribe(self, message: Message) -> None:
        id_ = message["id"]
        if not self.acknowledged:
            self.end(Close.UNAUTHORIZED, "Unauthorized")
        elif id_ in self.operations.under_way:
            self.end(Close.TAKEN, f"Subscriber for {id_[:64]} already exists")
        else:
            await self.operations.start(id_, message["payload"])

    async def _on_complete(self, message: Message) -> None:
        self.operations.complete(message["id"])

    # What the client is told.

    async def send(self, message: Message) -> None:
        await self.send_text(orjson.dumps(message))

    async def send_text(self, text: bytes) -> None:
        """Send a message, or end the socket of a client that does not take it."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.websocket.send_text(text.decode())
        except TimeoutError:
            self.end(Close.TRY_LATER, "You do not read what is sent.")
        except (WebSocketDisconnect, RuntimeError, OSError):
            self.end(Close.RESTART, "The connection is lost.")
