"""Who is connected to this process for long: counted by person, and sent away gently when it stops."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from schema.limits import SOCKETS_PER_PERSON, STREAMS_PER_PERSON

DRAIN_SECONDS = 1.5


class Carrier(StrEnum):
    """What a subscription travels on."""

    SOCKET = "socket"
    STREAM = "stream"


MOST = {Carrier.SOCKET: SOCKETS_PER_PERSON, Carrier.STREAM: STREAMS_PER_PERSON}


class TooMany(Exception):
    """One person has as many connections as one may."""


class Connections:
    """`draining` turns true when the process is about to stop; `arrived` is set when there are newcomers."""

    def __init__(self) -> None:
        self.held: Counter[tuple[Carrier, str]] = Counter()
        self.live: Counter[Carrier] = Counter()
        self.enders: set[Callable[[], None]] = set()
        self.arrived = asyncio.Event()
        self.newcomers: set[str] = set()
        self.draining = False

    @contextmanager
    def open(self, carrier: Carrier, end: Callable[[], None]) -> Iterator[None]:
        """Hold a connection; `end` is called when it must go because the process stops."""
        self.live[carrier] += 1
        self.enders.add(end)
        if self.draining:
            end()
        try:
            yield
        finally:
            self.enders.discard(end)
            self.live[carrier] -= 1

    @contextmanager
    def held_by(self, person: str, carrier: Carrier) -> Iterator[None]:
        """Count a connection as somebody's, or raise TooMany."""
        self.hold(person, carrier)
        try:
            yield
        finally:
            self.let_go(person, carrier)

    def hold(self, person: str, carrier: Carrier) -> None:
        of = (carrier, person)
        if self.held[of] >= MOST[carrier]:
            raise TooMany
        self.held[of] += 1
        if self.held[of] == 1:
            self.newcomers.add(person)
            self.arrived.set()

    def let_go(self, person: str, carrier: Carrier) -> None:
        of = (carrier, person)
        self.held[of] -= 1
        if not self.held[of]:
            del self.held[of]

    def people(self) -> set[str]:
        """Return who holds a connection: ids, and addresses of those without a token."""
        return {person for _, person in self.held}

    def welcome(self) -> set[str]:
        """Return who is new since last asked."""
        self.arrived.clear()
        new, self.newcomers = self.newcomers, set()
        return new

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Send everybody away, spread over a moment so that they do not all come back at once."""
        self.draining = True
        leaving = list(self.enders)
        random.shuffle(leaving)
        for end in leaving:
            end()
            await asyncio.sleep(seconds / len(leaving))
