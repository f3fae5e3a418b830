"""What has gone the whole way takes the short one from then on, and is answered as the first time."""

from __future__ import annotations

from typing import Any

import pytest

from schema.build import schema
from schema.steps import Steps
from schema.ways import RememberedWays
from tests.service import Data, Service

pytestmark = pytest.mark.one_database

MANY = "query ($n: Int) { conversations(first: $n) { nodes { participants(first: 100) { nodes { id } } } } }"
FEW = MANY.replace("first: 100", "first: 10")
AUDIT = "{ auditLog { nodes { operation refusals } } }"


# What an operation that is known gets from each extension of the schema, in their order: schema/ways.py does it by itself.
IMITATED = {
    "IdentifiedPerOperation": "`identified`",
    "ErrorsForClients": "`present`",
    "MaxTokensLimiter": "held the first time: it is the same text",
    "PatientParserCache": "parsed the first time",
    "OneOperation": "held the first time",
    "DocumentLimits": "`exceeded`, `charge` and `told`",
    "ValidatedOnce": "validated the first time",
    "WithinRates": "`take`",
    "RefusalsOnRecord": "`keep_refusals`",
    "RememberedWays": "remembered already",
}


def test_the_short_way_does_what_each_extension_does() -> None:
    """One that is added, removed or moved is so in schema/ways.py, and then here."""
    used = [each if isinstance(each, type) else type(each()) for each in schema.extensions]
    assert [kind.__name__ for kind in used] == list(IMITATED)


def codes(answer: Data) -> list[str]:
    return [error["extensions"]["code"] for error in answer["errors"]]


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that go the whole way, of a service that is made after this."""
    monkeypatch.setenv("HUDDLE_COMPILED", "on")
    monkeypatch.setattr(RememberedWays, "known", {})
    gone: list[str] = []
    operation = Steps.operation

    def noted(steps: Steps) -> Any:
        gone.append(steps.execution_context.query or "")
        return operation(steps)

    monkeypatch.setattr(Steps, "operation", noted)
    return gone


async def test_what_is_known_is_answered_as_the_first_time(
    whole: list[str], service: Service
) -> None:
    lin = service.agent("lin")
    for variables in ({"n": 2}, {}, {"n": "two"}, {"n": -1}):
        RememberedWays.known.clear()
        first = await lin.ask(FEW, **variables)
        assert await lin.ask(FEW, **variables) == first
        assert first.get("extensions"), "it tells its cost"
    assert whole.count(FEW) == 4


async def test_beyond_a_limit_all_goes_the_whole_way(whole: list[str], service: Service) -> None:
    lin = service.agent("lin")
    await lin.run(MANY, n=1)
    refused: list[Data] = [await lin.ask(MANY, n=100) for _ in range(2)]
    assert [codes(answer) for answer in refused] == [["QUERY_TOO_COMPLEX"]] * 2
    assert whole == [MANY] * 3


async def test_whoever_is_turned_away_is_on_record_each_time(
    whole: list[str], service: Service
) -> None:
    lin, admin = service.agent("lin"), service.agent("admin")
    for _ in range(3):
        assert codes(await lin.ask(AUDIT)) == ["FORBIDDEN"]
    kept = (await admin.run(AUDIT))["auditLog"]["nodes"]
    assert kept == [{"operation": "auditLog", "refusals": ["FORBIDDEN"]}] * 3
    assert whole == [AUDIT]
