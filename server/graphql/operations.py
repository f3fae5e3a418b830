"""The operations of one socket: each runs in a task of its own, or waits for news in the hands of others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from schema.limits import OPERATIONS_PER_SOCKET
from server.graphql.pushing import Subscriber
from server.graphql.refusals import Refused
from server.graphql.requests import GraphQLRequest, Malformed, read_request
from server.graphql.running import Course
from server.logs import identified
from subscriptions.feeds import Away

if TYPE_CHECKING:
    from server.graphql.websocket import Socket

TOO_MANY = Refused(
    f"{OPERATIONS_PER_SOCKET} operations run on this socket: end one first.", code="RATE_LIMITED"
)

Message = Mapping[str, Any]


class Cancellable(Protocol):
    def cancel(self) -> object: ...


class Operations:
    """`under_way` has them by the ids that their client gave them."""

    __slots__ = ("socket", "under_way")

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.under_way: dict[str, Cancellable] = {}

    async def start(self, id_: str, payload: Message) -> None:
        try:
            asked = read_request(payload)
            full = len(self.under_way) >= OPERATIONS_PER_SOCKET
            if full or len(self.socket.tasks) >= 2 * OPERATIONS_PER_SOCKET:
                raise TOO_MANY
        except Malformed:
            raise
        except Refused as refused:
            await self._refuse(id_, refused)
        else:
            self.under_way[id_] = self.socket.begin(self._operate(id_, asked))

    def complete(self, id_: str) -> None:
        """Let the client end one."""
        operation = self.under_way.pop(id_, None)
        if operation is not None:
            operation.cancel()

    def cancel(self) -> None:
        for operation in list(self.under_way.values()):
            operation.cancel()

    async def _operate(self, id_: str, asked: GraphQLRequest) -> None:
        """Run one operation to its end, until it is cancelled, or until it only waits for news."""
        try:
            with identified():
                await self._answer(id_, self.socket.edge.documents.resolved(asked))
        except Refused as refused:
            await self._refuse(id_, refused)
        except Away:
            self.socket.away()

    async def _answer(self, id_: str, asked: GraphQLRequest) -> None:
        context = self.socket.context()
        runner, course, followed = self.socket.edge.runner, Course(context.facts), False
        try:
            async with aclosing(runner.begin(asked, context, course)) as answers:
                async for answer in answers:
                    if not answer.executed:
                        await self._finish(id_, {"type": "error", "payload": answer.errors})
                        return
                    await self.socket.send({"id": id_, "type": "next", "payload": answer.payload})
            if self.under_way.get(id_) is asyncio.current_task():  # nobody has ended it meanwhile
                await self._go_on(id_, asked, course)
                followed = course.facts.parked is not None
        finally:
            if not followed:  # whoever follows for it observes its end
                runner.observe(course)

    async def _go_on(self, id_: str, asked: GraphQLRequest, course: Course) -> None:
        """Say that the operation is complete, or let it wait for news, for which it needs no task."""
        if course.facts.parked:
            receiver = Subscriber(self.socket.channel, self.socket.send_text, id_)
            over = partial(self._over, id_, course)
            runner = self.socket.edge.runner
            self.under_way[id_] = runner.follow(asked, course, receiver, over)
        else:
            await self._finish(id_, {"type": "complete"})

    def _over(self, id_: str, course: Course, problem: Exception | None) -> None:
        self.under_way[id_] = self.socket.begin(self._conclude(id_, course, problem))

    async def _conclude(self, id_: str, course: Course, problem: Exception | None) -> None:
        runner = self.socket.edge.runner
        try:
            if problem is not None:
                last = runner.ended(course, problem)
                await self.socket.send({"id": id_, "type": "next", "payload": last.payload})
            await self._finish(id_, {"type": "complete"})
        except Away:
            self.socket.away()
        finally:
            runner.observe(course)

    async def _refuse(self, id_: str, refused: Refused) -> None:
        await self._finish(id_, {"type": "error", "payload": [refused.error]})

    async def _finish(self, id_: str, message: Message) -> None:
        """Free the id before the last message: the client may use it again at once."""
        if self.under_way.get(id_) is asyncio.current_task():
            del self.under_way[id_]
        await self.socket.send({"id": id_, **message})
