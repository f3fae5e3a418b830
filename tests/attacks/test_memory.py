"""What attackers send is forgotten, and what they send does not change what others are answered."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.attacks.kit import body, codes_of, post
from tests.service import Service

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("quiet")]

REQUESTS = 100
KEPT_MB = 15
SMALL = "{ apiLimits { depth } }"
PAGES = "query ($n: Int) { conversations(first: $n) { nodes { messages(first: 50) { nodes { id text sentAt } } } } }"


def resident_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def commented(number: int) -> bytes:
    return body(f"{SMALL} # {number} " + "x" * 30_000)


def numbered(number: int) -> bytes:
    return body(SMALL, {f"v{number}_{n}": n for n in range(12_000)})


def worded(number: int) -> bytes:
    return body(SMALL, {f"v{number}_{n}": "x" * 20 for n in range(6_000)})


@pytest.mark.parametrize("made", [commented, numbered, worded])
async def test_memory_stays_flat_however_different_requests_are(
    service: Service, made: Callable[[int], bytes]
) -> None:
    for number in range(20):
        await post(service, made(number))
    before = resident_mb()
    for number in range(20, 20 + REQUESTS):
        assert (await post(service, made(number))).status_code in {200, 400}
    grown = resident_mb() - before
    print(f"  {grown:6.1f} MB  kept of {REQUESTS} requests, {made.__name__}")
    assert grown < KEPT_MB


async def asked(service: Service, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    content = orjson.dumps({"query": document, "variables": variables})
    answer: dict[str, Any] = (await post(service, content, service.agent("lin").token)).json()
    return answer


async def test_a_page_of_a_hundred_costs_the_same_however_it_is_written(service: Service) -> None:
    """100.0 is an integer in JSON, too."""
    requested = []
    for variables in ({}, {"n": 100}, {"n": 100.0}):
        answer = await asked(service, PAGES, variables)
        requested.append(answer["extensions"]["cost"]["requested"])
    usual, whole, pointed = requested
    assert pointed == whole > usual


async def test_what_one_asker_sends_does_not_make_another_asker_pay(service: Service) -> None:
    document = PAGES + " # nobody sent this before"
    await asked(service, document, {"n": "many"})
    assert "errors" not in await asked(service, document, {})


async def test_a_number_of_200_000_digits_is_a_mistake_of_its_sender(service: Service) -> None:
    content = body("{ onlineAgents(first: " + "9" * 200_000 + ") { nodes { id } } }")
    reply = await post(service, content, service.agent("lin").token)
    assert reply.status_code == 400
    assert codes_of(reply) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_COMPLEX"}
