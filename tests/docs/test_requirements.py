"""Every promise that is built has a test that names it, and losing the last one is noticed."""

from __future__ import annotations

import pytest

from scripts.reference.requirements import Promises, complaints, numbers, promises, proofs

pytestmark = pytest.mark.one_database

PROMISED = Promises({"One": {1: "First.", 2: "Second."}, "Two": {3: "Third."}}, frozenset({3}))


def test_every_number_that_is_built_has_a_test() -> None:
    assert list(complaints(promises(), proofs())) == []


def test_no_number_is_left_out() -> None:
    assert list(promises().lines) == list(range(1, 204))


def test_a_number_that_loses_its_test_is_found() -> None:
    assert list(complaints(PROMISED, {1: ["test_a.py"], 2: ["test_a.py"]})) == []
    assert list(complaints(PROMISED, {1: ["test_a.py"]})) == ["No test names R2: Second."]


def test_a_number_that_nothing_promises_is_found() -> None:
    proven = {number: ["test_a.py"] for number in (1, 2, 4)}
    assert list(complaints(PROMISED, proven)) == ["docs/requirements.toml does not say what R4 is."]


def test_numbers_are_read_one_by_one_and_as_ranges() -> None:
    assert numbers('"""R7, R10-R12: told."""  # R3') == {3, 7, 10, 11, 12}
    assert numbers("XR7, R, R7b") == set()
