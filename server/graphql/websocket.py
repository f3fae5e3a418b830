"""`/graphql` over WebSocket: graphql-transport-ws, clause by clause.

One task reads; each operation has a task of its own. Whatever ends the socket says so by `end`, the first
one wins, and the reader cleans up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from resolvers.actors import Claims
from schema.limits import OPERATIONS_PER_SOCKET
from server.connections import Carrier, TooMany
from server.graphql.edge import Edge, has_secret, person_of
from server.graphql.messages import PROTOCOL, Close, well_formed
from server.graphql.pushing import Subscriber
from server.graphql.refusals import Refused
from server.graphql.requests import GraphQLRequest, Malformed, decode, read_request
from server.hosts import Origins
from server.keys import KeysAway
from server.logs import identified
from server.tokens import BadToken
from subscriptions.feeds import Away

INIT_SECONDS = 5.0
PING_SECONDS = 15.0
PONG_SECONDS = 30.0
SEND_SECONDS = 10.0
CLOSE_SECONDS = 1.0
REASON_BYTES = 123  # what a close frame has room for
TOO_MANY = Refused(
    f"{OPERATIONS_PER_SOCKET} operations run on this socket: end one first.", code="RATE_LIMITED"
)

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
            await Socket(self.edge, websocket).serve()


class Socket:
    """One connection. `operations` are those under way, by the ids their client gave them.

    `running` are these and those that are being cancelled: cleaning up takes its time, too.
    """

    def __init__(self, edge: Edge, websocket: WebSocket) -> None:
        self.edge = edge
        self.websocket = websocket
        self.over: asyncio.Future[tuple[Close, str]] = asyncio.get_running_loop().create_future()
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.running: set[asyncio.Task[None]] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.held = ExitStack()
        self.claims: Claims | None = None
        self.initialised = self.acknowledged = False
        self.heard_at = 0.0

    def end(self, code: Close, reason: str) -> None:
        if not self.over.done():
            self.over.set_result((code, reason))

    async def serve(self) -> None:
        """Serve until the client goes or the socket is ended."""
        connections = self.edge.connections
        restart = (Close.RESTART, "This process stops; come back.")
        with connections.open(Carrier.SOCKET, lambda: self.end(*restart)), self.held:
            self._begin(self._expect_init())
            ends: set[asyncio.Future[Any]] = {self._begin(self._read()), self.over}
            try:
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._stop_tasks()
                await self._close()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("a socket failed", exc_info=problem)
            self.end(Close.TRY_LATER, "Something went wrong on our side.")

    async def _stop_tasks(self) -> None:
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _close(self) -> None:
        """Tell the client why, if it still listens."""
        if self.over.done():
            code, words = self.over.result()
            reason = words.encode()[:REASON_BYTES].decode(errors="ignore")
            with suppress(TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self.websocket.close(code, reason)

    # What is watched meanwhile.

    async def _expect_init(self) -> None:
        await asyncio.sleep(INIT_SECONDS)
        if not self.initialised:
            self.end(Close.INIT_TIMEOUT, "Connection initialisation timeout")

    async def _expire(self, claims: Claims) -> None:
        await asyncio.sleep((claims.expires_at - datetime.now(UTC)).total_seconds())
        self.end(Close.FORBIDDEN, "Your token has expired.")

    async def _ping(self) -> None:
        """Ask now and then whether the client is still there: a silent one is let go."""
        self.heard_at = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(PING_SECONDS)
            if asyncio.get_running_loop().time() - self.heard_at > PONG_SECONDS:
                self.end(Close.TRY_LATER, "You did not answer pings.")
                return
            await self._send({"type": "ping"})

    # What the client says.

    async def _read(self) -> None:
        try:
            while not self.over.done():
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
            await self._send({"type": "connection_ack"})
            self.acknowledged = True
            self._begin(self._ping())

    async def _sign_in(self, payload: Message) -> None:
        given = {str(name).lower(): value for name, value in payload.items()}
        self.claims = await self.edge.authenticator.claims(given.get("authorization"))
        person = person_of(self.websocket, self.claims)
        self.held.enter_context(self.edge.connections.held_by(person, Carrier.SOCKET))
        if self.claims is not None:
            self._begin(self._expire(self.claims))

    async def _on_ping(self, message: Message) -> None:
        payload = {"payload": message["payload"]} if message.get("payload") is not None else {}
        try:
            await self._send({"type": "pong", **payload})
        except orjson.JSONEncodeError as problem:
            raise Malformed("What is nested so deep is not sent back.") from problem

    async def _on_pong(self, message: Message) -> None:
        return

    async def _on_subscribe(self, message: Message) -> None:
        id_ = message["id"]
        if not self.acknowledged:
            self.end(Close.UNAUTHORIZED, "Unauthorized")
        elif id_ in self.operations:
            self.end(Close.TAKEN, f"Subscriber for {id_[:64]} already exists")
        else:
            await self._start(id_, message["payload"])

    async def _start(self, id_: str, payload: Message) -> None:
        try:
            asked = read_request(payload)
            full = len(self.operations) >= OPERATIONS_PER_SOCKET
            if full or len(self.running) >= 2 * OPERATIONS_PER_SOCKET:
                raise TOO_MANY
        except Malformed:
            raise
        except Refused as refused:
            await self._refuse(id_, refused)
        else:
            task = self.operations[id_] = self._begin(self._operate(id_, asked))
            self.running.add(task)
            task.add_done_callback(self.running.discard)

    async def _on_complete(self, message: Message) -> None:
        task = self.operations.pop(message["id"], None)
        if task is not None:
            task.cancel()

    # What the client is told.

    async def _operate(self, id_: str, asked: GraphQLRequest) -> None:
        """Run one operation to its end, or until it is cancelled."""
        try:
            with identified():
                await self._answer(id_, self.edge.documents.resolved(asked))
        except Refused as refused:
            await self._refuse(id_, refused)

    async def _answer(self, id_: str, asked: GraphQLRequest) -> None:
        context = self.edge.context(self.websocket, self.claims)
        running = self.edge.runner.run(
            asked, context, receiver=Subscriber(self.websocket.scope, self.send_text, id_)
        )
        try:
            async with aclosing(running) as answers:
                async for answer in answers:
                    if not answer.executed:
                        await self._finish(id_, {"type": "error", "payload": answer.errors})
                        return
                    await self._send({"id": id_, "type": "next", "payload": answer.payload})
        except Away:
            self.end(Close.TRY_LATER, "We cannot read at the moment; come back.")
        else:
            await self._finish(id_, {"type": "complete"})

    async def _refuse(self, id_: str, refused: Refused) -> None:
        await self._finish(id_, {"type": "error", "payload": [refused.error]})

    async def _finish(self, id_: str, message: Message) -> None:
        """Free the id before the last message: the client may use it again at once."""
        if self.operations.get(id_) is asyncio.current_task():
            del self.operations[id_]
        await self._send({"id": id_, **message})

    async def _send(self, message: Message) -> None:
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
