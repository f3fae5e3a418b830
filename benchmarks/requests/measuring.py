"""Rounds in turns: every kind is asked the same for a short time, again and again."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

import httpx

from benchmarks.requests.alike import asked, difference
from benchmarks.requests.load import load
from benchmarks.requests.running import Running
from benchmarks.requests.seed import Plan
from benchmarks.requests.work import Work

CONNECTIONS, CROWD = 16, 40
CHANGES = 400  # mutations of each kind and round: as many rows are new for all of them
COMPARED = 3
CROWD_ROUNDS = 2
DISTINCT = 50  # requests of a query


@dataclass
class Figures:
    """What was measured of one kind: CPU and rate of each round, and how long every single answer took."""

    microseconds: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    crowd_ms: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        return median(self.microseconds)

    @property
    def spread(self) -> str:
        return f"{min(self.microseconds):.0f}-{max(self.microseconds):.0f}"


def fresh(rounds: int) -> int:
    """Return how many new rows each mutation needs in a run."""
    return COMPARED + CHANGES * (1 + rounds + CROWD_ROUNDS)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


async def compared(servers: list[Running], work: Work, plan: Plan) -> None:
    """Fail unless all kinds answer alike."""
    for number in range(COMPARED):
        answers = {}
        for each in servers:
            base = f"http://127.0.0.1:{each.port}"
            async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=60) as http:
                answers[each.kind] = await asked(http, work, plan, number)
        first = servers[0].kind
        for kind, answer in answers.items():
            found = difference(answers[first], answer)
            assert found is None, f"{work.name}: {first} and {kind} differ at {found}"


class Requests:
    """The requests of one work for one kind: a query's come again, a mutation's never do."""

    def __init__(self, work: Work, plan: Plan) -> None:
        self.work, self.plan = work, plan
        self.numbers = itertools.count(COMPARED)

    def of_round(self) -> Iterator[bytes]:
        if self.work.changes:
            chosen = itertools.islice(self.numbers, CHANGES)
            return iter([self.work.request(self.plan, number) for number in chosen])
        return itertools.cycle([self.work.request(self.plan, n) for n in range(DISTINCT)])


async def measured(
    servers: list[Running], work: Work, plan: Plan, rounds: int, seconds: float, crowd: set[str]
) -> dict[str, Figures]:
    """Measure one work; the kinds named in `crowd` are also asked by a crowd at once."""
    await compared(servers, work, plan)
    figures = {each.kind: Figures() for each in servers}
    requests = {each.kind: Requests(work, plan) for each in servers}
    limit = None if work.changes else seconds
    for number in range(rounds + 1):  # the first one warms up
        for each in servers:
            found = Figures() if number == 0 else figures[each.kind]
            await _round(each, requests[each.kind].of_round(), limit, found)
        told = "  ".join(
            f"{kind} {f.microseconds[-1]:.0f}" for kind, f in figures.items() if f.microseconds
        )
        print(f"{work.name} round {number}: {told}", file=sys.stderr)
    for _, each in itertools.product(range(CROWD_ROUNDS), servers):
        if each.kind in crowd:
            taken, _ = await load(
                each.port, requests[each.kind].of_round(), CROWD, limit, lenient=True
            )
            figures[each.kind].crowd_ms += [each * 1000 for each in taken]
    return figures


async def _round(
    server: Running, requests: Iterator[bytes], seconds: float | None, figures: Figures
) -> None:
    before = server.cpu()
    taken, took = await load(server.port, requests, CONNECTIONS, seconds)
    await asyncio.sleep(0.05)  # what it does behind its answers is its work too
    figures.microseconds.append((server.cpu() - before) / len(taken) * 1e6)
    figures.per_second.append(len(taken) / took)
    figures.milliseconds += [each * 1000 for each in taken]
