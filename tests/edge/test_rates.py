"""How often one person may do one thing, on every way in; the clock of the buckets stands still unless told to go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from domain.rates import RATES, Rate, Rates
from models.database import Database
from server.graphql.negotiation import GRAPHQL, JSON
from tests.edge.kit import running, streaming
from tests.service import Data, Person, Service
from tests.streams.kit import wire
from tests.world import World

pytestmark = pytest.mark.one_database

FEW = Rates(query=Rate(1, 4), mutation=Rate(1, 2), subscription=Rate(1, 2))
VIEWER = "{ viewer { agent { name } } }"
SKILLS = "{ skills(first: 1) { nodes { name } } }"
LIMITS = "{ apiLimits { rates { operation perSecond burst } } }"
BUSY = "mutation { setPresence(input: {presence: BUSY}) { errors { code } } }"
AWAY = BUSY.replace("BUSY", "AWAY")
PRESENCE = "{ viewer { agent { presence } } }"
INBOX = "subscription { inbox { __typename } }"
# 100 conversations with 20 participants each cost 2,302: two tokens more than the usual one.
EXPENSIVE = "{ conversations(first: 100) { nodes { participants(first: 20) { nodes { id } } } } }"
# 50 each cost 5,302: more tokens than the bucket holds.
VAST = EXPENSIVE.replace("first: 20", "first: 50")
CHEAP = "{ conversations(first: 1) { nodes { id } } }"


@dataclass
class Clock:
    now: int = 1_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("server.rates.seconds", made)
    return made


@pytest.fixture
async def limited(clock: Clock, database: Database, world: World) -> AsyncIterator[Service]:
    async with running(database, world, rates=FEW) as service:
        yield service


async def post(person: Person, document: str, media: str = JSON) -> httpx.Response:
    headers = {"Authorization": f"Bearer {person.token}", "Accept": media}
    return await person.service.http.post("/graphql", headers=headers, json={"query": document})


async def statuses(person: Person, *documents: str) -> list[int]:
    return [(await post(person, document)).status_code for document in documents]


def is_too_often(errors: list[Data]) -> bool:
    (error,) = errors
    said = error["extensions"]
    return bool(said["code"] == "RATE_LIMITED" and said["retryAfterSeconds"] > 0)


@pytest.mark.parametrize("media", [JSON, GRAPHQL])
async def test_whoever_asks_too_often_hears_when_to_come_back(
    limited: Service, clock: Clock, media: str
) -> None:
    lin = limited.agent("lin")
    assert await statuses(lin, *[VIEWER] * 4) == [200] * 4
    refused = await post(lin, VIEWER, media)
    assert refused.status_code == 429
    assert refused.headers["Content-Type"].startswith(media)
    assert refused.headers["Retry-After"] == "1"
    answer = refused.json()
    assert "data" not in answer
    assert answer["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfterSeconds": 1}
    clock.now += 1
    assert await statuses(lin, VIEWER, VIEWER) == [200, 429]
    clock.now += 1_000
    assert await statuses(lin, *[VIEWER] * 5) == [200] * 4 + [429], "no more than it holds"


async def test_another_field_and_another_person_have_their_own_buckets(limited: Service) -> None:
    lin = limited.agent("lin")
    assert await statuses(lin, *[VIEWER] * 5) == [200] * 4 + [429]
    assert await statuses(lin, *[SKILLS] * 4) == [200] * 4
    assert await statuses(lin, f"{{ {SKILLS[1:-1]} {VIEWER[1:-1]} }}") == [429]
    assert await statuses(limited.agent("wang"), *[VIEWER] * 5) == [200] * 4 + [429]
    same = limited.agent("lin")
    assert await statuses(same, VIEWER) == [429], "another token, the same person"


async def test_what_is_not_valid_takes_nothing(limited: Service) -> None:
    lin = limited.agent("lin")
    assert await statuses(lin, *["{ viewer { nothing } }"] * 9) == [200] * 9
    assert await statuses(lin, *[VIEWER] * 5) == [200] * 4 + [429]


async def test_each_alias_counts(limited: Service) -> None:
    lin = limited.agent("lin")
    three = "{ a: viewer { rights } b: viewer { rights } ... { c: viewer { rights } } }"
    assert await statuses(lin, three, "{ a: viewer { rights } b: viewer { rights } }") == [200, 429]
    assert await statuses(lin, VIEWER, VIEWER) == [200, 429], "one was left"


async def test_what_runs_once_counts_once(limited: Service) -> None:
    once = "{ viewer { rights } ...F ...F viewer { rights } } fragment F on Query { viewer { rights } }"
    assert await statuses(limited.agent("lin"), *[once] * 5) == [200] * 4 + [429]


async def test_what_costs_more_takes_more(limited: Service, clock: Clock) -> None:
    lin = limited.agent("lin")
    assert await statuses(lin, EXPENSIVE) == [200]
    refused = await post(lin, EXPENSIVE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    assert await statuses(lin, CHEAP, CHEAP) == [200, 429], "one was left"
    clock.now += 3
    assert await statuses(lin, EXPENSIVE) == [200]


async def test_the_most_expensive_takes_a_full_bucket(limited: Service, clock: Clock) -> None:
    lin = limited.agent("lin")
    assert await statuses(lin, VAST, CHEAP) == [200, 429]
    clock.now += 3
    assert await statuses(lin, VAST) == [429]
    clock.now += 1
    assert await statuses(lin, VAST) == [200]


async def test_a_mutation_that_is_refused_does_nothing(limited: Service) -> None:
    lin = limited.agent("lin")
    assert await statuses(lin, BUSY, BUSY, AWAY) == [200, 200, 429]
    assert (await lin.run(PRESENCE))["viewer"]["agent"]["presence"] == "BUSY"


async def test_over_websocket_that_operation_alone_is_refused(
    limited: Service, clock: Clock
) -> None:
    lin = limited.agent("lin")
    assert await statuses(lin, *[VIEWER] * 4) == [200] * 4
    async with wire(lin) as bare:
        await bare.subscribe("q", VIEWER)
        refused = await bare.next_of("q")
        assert refused["type"] == "error", "the same bucket"
        assert is_too_often(refused["payload"])
        for id_ in "ab":
            await bare.subscribe(id_, INBOX)
            assert (await bare.next_of(id_))["type"] == "next"
        await bare.subscribe("c", INBOX)
        refused = await bare.next_of("c")
        assert refused["type"] == "error"
        assert is_too_often(refused["payload"])
        clock.now += 1
        await bare.subscribe("c", INBOX)
        assert (await bare.next_of("c"))["type"] == "next"


async def test_a_stream_is_refused_in_the_stream(limited: Service, clock: Clock) -> None:
    lin = limited.agent("lin")
    for _ in range(2):
        async with streaming(lin, INBOX) as source:
            assert (await source.event())["__typename"] == "InboxSnapshot"
    async with streaming(lin, INBOX) as source:
        assert source.reply.status_code == 200
        (refused,) = await source.rest()
        assert is_too_often(refused["errors"])
        assert "data" not in refused
        assert source.over
    clock.now += 1
    async with streaming(lin, INBOX) as source:
        assert (await source.event())["__typename"] == "InboxSnapshot"


async def test_those_without_a_name_share_the_bucket_of_their_address(limited: Service) -> None:
    async def asked(address: str) -> list[int]:
        transport = httpx.ASGITransport(limited.app, client=(address, 7))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            replies = [await http.post("/graphql", json={"query": LIMITS}) for _ in range(3)]
        return [reply.status_code for reply in replies]

    assert await asked("192.0.2.1") + await asked("192.0.2.1") == [200] * 4 + [429] * 2
    assert await asked("192.0.2.2") == [200] * 3
    assert await statuses(limited.agent("lin"), LIMITS) == [200], "who has a name counts alone"


async def test_everybody_can_read_the_rates(limited: Service) -> None:
    answer = await limited.anonymous().run(LIMITS)
    assert answer["apiLimits"]["rates"] == [
        {"operation": "QUERY", "perSecond": 1, "burst": 4},
        {"operation": "MUTATION", "perSecond": 1, "burst": 2},
        {"operation": "SUBSCRIPTION", "perSecond": 1, "burst": 2},
        {"operation": None, "perSecond": 10, "burst": 100},
    ]


async def test_documents_never_seen_before_have_a_bucket_of_their_own(
    database: Database, world: World
) -> None:
    """A document that was found valid is known to everybody; one that never was costs each time."""
    async with running(database, world, rates=Rates(document=Rate(1, 3))) as service:
        lin, wang = service.agent("lin"), service.agent("wang")
        wrong = [f"{{ viewer {{ nothing{number} }} }}" for number in range(20)]
        refused = await statuses(lin, *wrong)
        assert refused[:3] == [200] * 3
        assert 429 in refused
        known = "{ viewer { rights agent { id } } }"
        assert await statuses(wang, known) == [200]
        assert await statuses(lin, *[known] * 9) == [200] * 9


async def test_rates_can_be_off(service: Service) -> None:
    lin = service.agent("lin")
    assert (await lin.run(LIMITS))["apiLimits"]["rates"] == []
    assert await statuses(lin, *[VIEWER] * (RATES.query.burst + 1)) == [200] * 201
