"""What the attacks share: how dear an answer was in processor time, and what it said."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from itertools import count
from typing import Any

import httpx
import orjson

from tests.service import Service

ENOUGH_MS = 50.0
MARGIN = 2  # a machine under load takes longer, by the processor's own clock too
TRIES = 5  # other processes on the machine make one measurement worthless

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"

numbers = count()


async def cheap(name: str, attempt: Callable[[int], Awaitable[Any]]) -> None:
    """Attack until it took little of the processor once; each attempt has a number that no other has."""
    best = float("inf")
    for _ in range(TRIES):
        number, begun = next(numbers), time.process_time()
        await attempt(number)
        best = min(best, (time.process_time() - begun) * 1000)
        if best < ENOUGH_MS:
            break
    print(f"  {best:6.1f} ms  {name}")
    assert best < MARGIN * ENOUGH_MS, f"{name}: {best:.1f} ms of the processor"


async def post(
    service: Service,
    content: bytes | AsyncIterator[bytes],
    token: str | None = None,
    **headers: str,
) -> httpx.Response:
    """Send a body as it is, in JSON unless said otherwise."""
    given = {"content-type": JSON, "accept": GRAPHQL, **headers}
    if token is not None:
        given["authorization"] = f"Bearer {token}"
    return await service.http.post("/graphql", content=content, headers=given)


def body(query: str, variables: Mapping[str, Any] | None = None) -> bytes:
    return orjson.dumps({"query": query, "variables": variables})


def codes_of(reply: httpx.Response) -> set[str]:
    """Return the codes of an answer, which is JSON whatever was sent."""
    answer = reply.json()
    assert answer.keys() <= {"errors", "extensions"}, answer
    assert 0 < len(answer["errors"]) <= 5, answer
    assert reply.headers["x-request-id"]
    return {error["extensions"]["code"] for error in answer["errors"]}
