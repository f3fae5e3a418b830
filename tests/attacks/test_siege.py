"""Everything at once against a process of its own, while well-behaved clients go on asking."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles

import httpx
import orjson
import pytest

from domain.actors import ActorKind
from schema.ids import encode
from server.tokens import sign
from tests.attacks.besiegers import (
    Stuck,
    flood,
    knock_from_evil_pages,
    send_huge_bodies,
    send_malformed_frames,
    stuck_on_a_socket,
    stuck_on_a_stream,
)
from tests.attacks.process import PATIENCE_SECONDS, Huddle, served
from tests.documents import POST_NOTE
from tests.service import SECRET
from tests.world import World

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).parents[2]
STARTING_SECONDS = 2.0
PEACE_SECONDS = 2.0
STUFFED_SECONDS = 0.5  # without a byte more for those who do not read
FREED_WITHIN_SECONDS = 22
GROWN_MB = 60
BYSTANDERS = ("wang", "chen", "zhao", "mei")
FLOODERS = ("sun", "zhou", "he", "gao", "ext")
SOCKETS_TRIED, SOCKETS_ALLOWED, AT_ONCE, ATTEMPTS = 7, 5, 20, 200
LONG = "All work and no play. " * 181
Timings = list[tuple[float, float]]


def token(world: World, key: str) -> str:
    return sign(SECRET, ActorKind.AGENT, world.agents[key])


@contextmanager
def bystanders(huddle: Huddle, tokens: list[str]) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-m", "tests.attacks.bystanders", huddle.address, *tokens]
    pipe = subprocess.PIPE
    child = subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()


def told_of(child: subprocess.Popen[str]) -> Timings:
    """Stop the bystanders; return when each of their questions was asked, and what it took."""
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    taken: Timings = orjson.loads(out)
    return taken


def p99_ms(taken: Timings) -> float:
    return quantiles([seconds for _, seconds in taken], n=100)[98] * 1000


async def post_notes(huddle: Huddle, world: World, times: int, pause: float) -> None:
    """Let something large happen that the stuck ones are to be told of."""
    headers = {"authorization": f"Bearer {token(world, 'lin')}"}
    input_ = {"conversationId": encode("Conversation", world.conversation), "text": LONG}
    body = {"query": POST_NOTE, "variables": {"input": input_}}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=60) as http:
        for _ in range(times):
            reply = await http.post(f"{huddle.address}/graphql", json=body)
            late = reply.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            assert late or reply.json()["data"]["postNote"]["errors"] == [], reply.text
            await asyncio.sleep(pause)


@contextmanager
def stuck_clients(huddle: Huddle, world: World) -> Iterator[list[Stuck]]:
    """Connect clients that do not read, on either carrier."""
    whose, where = token(world, "lin"), encode("Conversation", world.conversation)
    ways = (stuck_on_a_socket, stuck_on_a_stream)
    with ExitStack() as sockets:
        stuck = [way(huddle.port, whose, where) for way in ways for _ in range(2)]
        for one in stuck:
            sockets.enter_context(one.socket)
        until_stuffed(stuck)
        assert all(huddle.holds(one.port) for one in stuck)
        yield stuck


def until_stuffed(stuck: list[Stuck]) -> None:
    """Wait until nobody is sent more: no room is left for it."""
    before: list[int] = []
    while not all(before) or before != [one.unread for one in stuck]:
        before = [one.unread for one in stuck]
        time.sleep(STUFFED_SECONDS)


def until_freed(huddle: Huddle, stuck: list[Stuck]) -> float:
    """Return the seconds until the process has let go of all of them."""
    begun = time.monotonic()
    while any(huddle.holds(one.port) for one in stuck):
        assert time.monotonic() - begun < PATIENCE_SECONDS, "still held"
        time.sleep(0.1)
    return time.monotonic() - begun


async def storm(huddle: Huddle, world: World) -> None:
    """Attack in every way at once; what is refused is refused in its own way."""
    url = f"{huddle.address.replace('http', 'ws', 1)}/graphql"
    refused, malformed, huge, evil = await asyncio.gather(
        flood(url, [token(world, key) for key in FLOODERS], SOCKETS_TRIED, ATTEMPTS),
        send_malformed_frames(url, token(world, "admin"), 60),
        send_huge_bodies(huddle.address, 12),
        knock_from_evil_pages(url, 60),
    )
    print(f"  subscriptions {dict(refused)}, frames {dict(malformed)}")
    print(f"  bodies {dict(huge)}, origins {dict(evil)}")
    assert malformed == Counter({4400: 60})
    assert evil == Counter({403: 60})
    assert huge.keys() <= {413, 0}
    assert huge[413] > 0
    sockets, late = len(FLOODERS) * SOCKETS_ALLOWED, refused["SERVICE_UNAVAILABLE"]
    assert refused["closed 1013"] == len(FLOODERS) * (SOCKETS_TRIED - SOCKETS_ALLOWED)
    assert refused["next"] + refused["RATE_LIMITED"] + late == sockets * ATTEMPTS
    assert late or refused["next"] == sockets * AT_ONCE  # on a busy machine some took 5 s


async def until_left(huddle: Huddle, before: int) -> None:
    """Wait until the process holds no more sockets than before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(huddle.sockets()) > before:  # noqa: ASYNC110  # the kernel does not tell
            await asyncio.sleep(0.05)


async def besieged(huddle: Huddle, world: World) -> None:
    """Attack until the stuck clients are let go, and tell what the others saw."""
    with bystanders(huddle, [token(world, key) for key in BYSTANDERS]) as others:
        await asyncio.sleep(STARTING_SECONDS + PEACE_SECONDS)
        begun = time.monotonic()
        with stuck_clients(huddle, world) as stuck:
            freeing = asyncio.create_task(asyncio.to_thread(until_freed, huddle, stuck))
            posting = asyncio.create_task(post_notes(huddle, world, 60, 0.2))
            await storm(huddle, world)
            stormed = time.monotonic()
            await posting
            freed = await freeing
        taken = told_of(others)
    slowest = max(seconds for _, seconds in taken)
    print(
        f"  stuck clients were let go after {freed:.1f} s; the slowest answer took {slowest:.1f} s"
    )
    report(taken, begun, stormed)
    assert freed < FREED_WITHIN_SECONDS + slowest  # a busy process learns late of a lost socket


async def test_the_process_stands_and_its_other_clients_hardly_notice(
    sqlite_url: str, world: World, tmp_path: Path
) -> None:
    with served(tmp_path, HUDDLE_DATABASE_URL=sqlite_url, HUDDLE_JWT_SECRET=SECRET) as huddle:
        await post_notes(huddle, world, 20, 0)
        sockets, memory = len(huddle.sockets()), huddle.resident_mb()
        await besieged(huddle, world)
        await until_left(huddle, sockets)
        grown = huddle.resident_mb() - memory
        print(f"  memory grew by {grown:.1f} MB of {memory:.0f}")
        assert grown < GROWN_MB
        huddle.stop()
        assert "Traceback" not in huddle.log
        assert '"failure"' not in huddle.log
        assert '"level": "error"' not in huddle.log


def report(taken: Timings, begun: float, stormed: float) -> None:
    first = min(when for when, _ in taken) + STARTING_SECONDS / 2  # the first are slow for all
    peace = [each for each in taken if first < each[0] < begun]
    siege = [each for each in taken if begun <= each[0] < stormed]
    after = [each for each in taken if each[0] >= stormed]
    for name, part in (("before", peace), ("during", siege), ("after", after)):
        assert part, name
        print(f"  p99 of the others {name}: {p99_ms(part):.0f} ms, of {len(part)} answers")
