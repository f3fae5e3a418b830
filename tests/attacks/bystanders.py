"""Well-behaved clients, as a process of their own: what each answer took, until they are told to stop.

    python -m tests.attacks.bystanders ADDRESS TOKEN...

Prints a JSON list of when each question was asked, by the machine's monotonic clock, and how long it took.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import orjson

from tests.attacks.besiegers import calling

ASKED = "query Me { viewer { agent { name } rights } }"
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 30
LATE = "This took longer than"

taken: list[tuple[float, float]] = []


@contextmanager
def timed() -> Iterator[None]:
    begun = time.monotonic()
    yield
    taken.append((begun, time.monotonic() - begun))


def check(answer: object) -> None:
    """Nobody who behaves well is refused anything; what is too late for a busy machine shows in its time."""
    if LATE in str(answer):
        return
    if not isinstance(answer, dict) or "errors" in answer or not answer["data"]["viewer"]:
        raise SystemExit(f"a bystander was answered {answer}")


async def ask_over_http(address: str, token: str, stop: asyncio.Event) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=address, headers=headers, trust_env=False, timeout=PATIENCE_SECONDS
    ) as http:
        while not stop.is_set():
            with timed():
                reply = await http.post("/graphql", json={"query": ASKED})
            check(reply.json())
            await asyncio.sleep(PAUSE_SECONDS)


async def ask_over_a_socket(address: str, token: str, stop: asyncio.Event) -> None:
    url = f"{address.replace('http', 'ws', 1)}/graphql"
    async with calling(url) as line:
        hello = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        await line.send(orjson.dumps(hello).decode())
        await line.recv()
        while not stop.is_set():
            message = {"type": "subscribe", "id": "1", "payload": {"query": ASKED}}
            with timed():
                await line.send(orjson.dumps(message).decode())
                answered = orjson.loads(await line.recv())
                while answered["type"] == "ping":
                    await line.send('{"type": "pong"}')
                    answered = orjson.loads(await line.recv())
            check(answered.get("payload"))
            while answered["type"] not in {"complete", "error"}:
                answered = orjson.loads(await line.recv())
                if answered["type"] == "ping":
                    await line.send('{"type": "pong"}')
            await asyncio.sleep(PAUSE_SECONDS)


async def main(address: str, *tokens: str) -> None:
    stop = asyncio.Event()
    told = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    told.add_done_callback(lambda _: stop.set())
    ways = [ask_over_http, ask_over_a_socket]
    await asyncio.gather(*(ways[n % 2](address, token, stop) for n, token in enumerate(tokens)))
    sys.stdout.write(orjson.dumps(taken).decode())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
