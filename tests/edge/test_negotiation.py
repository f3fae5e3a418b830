"""In which media type an answer comes: by quality, then by order."""

from __future__ import annotations

import pytest

from server.graphql.negotiation import EVENTS, GRAPHQL, JSON, acceptable

URQL = f"{GRAPHQL}, application/graphql+json, {JSON}, {EVENTS}, multipart/mixed"
APOLLO = f"{GRAPHQL},{JSON};q=0.9"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, [JSON, GRAPHQL, EVENTS]),
        ("", [JSON, GRAPHQL, EVENTS]),
        ("*/*", [JSON, GRAPHQL, EVENTS]),
        ("application/*", [JSON, GRAPHQL]),
        ("text/*", [EVENTS]),
        (JSON, [JSON]),
        (GRAPHQL, [GRAPHQL]),
        (EVENTS, [EVENTS]),
        (f"{JSON}, {GRAPHQL}", [JSON, GRAPHQL]),
        (f"{GRAPHQL}, {JSON}", [GRAPHQL, JSON]),
        (f"{JSON};q=0.1, {GRAPHQL}", [GRAPHQL, JSON]),
        (f"{JSON};q=0, */*", [GRAPHQL, EVENTS]),
        (f"*/*;q=0.1, {EVENTS}", [EVENTS, JSON, GRAPHQL]),
        (f"{EVENTS};q=0.5, {JSON}", [JSON, EVENTS]),
        (URQL, [GRAPHQL, JSON, EVENTS]),
        (APOLLO, [GRAPHQL, JSON]),
        (f"{JSON}; charset=utf-8", [JSON]),
        (f"{JSON.upper()} ; Q=0.3", [JSON]),
        (f"{JSON};q=nonsense", []),
        (f"{JSON};q=nan", []),
        ("text/html", []),
        ("multipart/mixed;subscriptionSpec=1.0", []),
        (",;,", []),
    ],
)
def test_the_best_comes_first(accept: str | None, expected: list[str]) -> None:
    assert acceptable(accept) == expected
