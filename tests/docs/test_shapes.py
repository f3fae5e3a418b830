"""Comparing answers with examples finds what differs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.docs.shapes import unlike

EXAMPLE = {"id": "abc", "status": "PENDING", "seats": 3, "errors": [{"message": "No, not now."}]}


def test_other_ids_and_numbers_are_alike() -> None:
    assert unlike(EXAMPLE, EXAMPLE | {"id": "def", "seats": 4}) is None


@pytest.mark.parametrize(
    "other",
    [
        {"status": "ACCEPTED"},
        {"seats": None},
        {"seats": "3"},
        {"errors": []},
        {"errors": [{"message": "Yes, do."}]},
        {"errors": [{"message": "No, not now.", "code": "X"}]},
        {"more": 1},
    ],
    ids=str,
)
def test_what_tells_something_must_be_the_same(other: dict[str, Any]) -> None:
    assert unlike(EXAMPLE, EXAMPLE | other)
