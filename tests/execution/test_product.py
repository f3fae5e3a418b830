"""The whole service answers the same with compiled documents and without, byte for byte, over HTTP and WebSocket."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from execution.batches import BATCHED
from schema.context import Context
from tests.execution.generated import (
    CORE,
    EXAMPLES,
    MUTATIONS,
    QUERIES,
    Generated,
    furnish,
    several,
)
from tests.execution.likeness import Renamed, unnumbered
from tests.execution.twins import ASKERS, Twin, parted, twins
from tests.execution.twists import Ids, twisted
from tests.service import Service

__all__ = ["twins"]

pytestmark = pytest.mark.one_database  # nothing here depends on which

SEEDS = st.integers(0, 10**6)


@several(EXAMPLES)
@given(document=QUERIES, seed=SEEDS, key=st.sampled_from(ASKERS))
async def test_generated_queries(
    document: Generated,
    seed: int,
    key: str,
    twins: list[Twin],
    furnished: Ids,
    failing: set[str],
    tally: Counter[str],
) -> None:
    asked = twisted(CORE, document.node, seed, furnished)
    failing.clear()
    failing.update(unlucky(seed))
    plain, compiled = [unnumbered(await twin.over_http(key, *asked)) for twin in twins]
    assert compiled == plain, asked
    tally[f"over HTTP {kind_of(plain)}"] += 1
    plain, compiled = [unnumbered(await twin.over_websocket(key, *asked)) for twin in twins]
    assert compiled == plain, asked
    tally["over WebSocket"] += 1


@several(EXAMPLES)
@given(document=MUTATIONS, seed=SEEDS, key=st.sampled_from(ASKERS))
async def test_generated_mutations(
    document: Generated,
    seed: int,
    key: str,
    changing: list[Twin],
    furnished: Ids,
    renamed: list[Renamed],
    tally: Counter[str],
) -> None:
    asked = twisted(CORE, document.node, seed, furnished)
    over = Twin.over_websocket if seed % 2 else Twin.over_http
    plain, compiled = [
        name(await over(twin, key, *asked)) for twin, name in zip(changing, renamed, strict=True)
    ]
    assert compiled == plain, asked
    before, after = [await twin.rows() for twin in changing]
    assert after == before, asked
    tally[f"mutations {kind_of(plain) if over is Twin.over_http else 'over WebSocket'}"] += 1


def kind_of(answer: bytes) -> str:
    told = orjson.loads(answer)
    if not told.get("data"):
        return "refused"
    return "partly" if "errors" in told else "in full"


BATCHES = sorted(
    {
        definition.metadata[BATCHED].batch.__name__
        for kind in CORE.type_map.values()
        for field in getattr(kind, "fields", {}).values()
        if (definition := field.extensions.get("strawberry-definition"))
        and BATCHED in getattr(definition, "metadata", {})
    }
)


def unlucky(seed: int) -> list[str]:
    """Return what fails this time: in every tenth, some of what is read for many at once."""
    dice = random.Random(seed)
    return dice.sample(BATCHES, len(BATCHES) // 4) if dice.random() < 0.1 else []


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of batch functions that fail while they are in the set."""
    names: set[str] = set()

    def unless_failing(run: Any) -> Any:
        async def ran(context: Context, batch: Any, *given: Sequence[Any]) -> Any:
            if batch.__name__ in names:
                raise RuntimeError("It was to fail.")
            return await run(context, batch, *given)

        return ran

    for method in ("load_many", "_run"):
        monkeypatch.setattr(Context, method, unless_failing(getattr(Context, method)))
    return names


@pytest.fixture
async def furnished(service: Service) -> Ids:
    return await furnish(service)


@pytest.fixture
async def changing(service: Service, database_url: str, furnished: Ids) -> Any:
    async with parted(service, database_url) as twins:
        yield twins


@pytest.fixture
def renamed() -> list[Renamed]:
    return [Renamed(), Renamed()]


@pytest.fixture(scope="module")
def tally(pytestconfig: pytest.Config) -> Iterator[Counter[str]]:
    """How many were answered alike, by what came of them; told when all are."""
    counted: Counter[str] = Counter()
    yield counted
    captured = pytestconfig.pluginmanager.getplugin("capturemanager")
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(counted.items()))
    with captured.global_and_fixture_disabled():
        print(f"\ngenerated documents: {counted.total()} answered alike ({told})")
