"""Ids are in the order of their making."""

from __future__ import annotations

import time

import pytest

from domain.ids import _Maker, new_id


def test_ids_are_version_7_of_the_standard() -> None:
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_carry_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = _Maker()()
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_sort_in_the_order_of_their_making() -> None:
    made = [new_id() for _ in range(20_000)]
    assert sorted(set(made)) == made


def test_a_clock_set_back_does_not_disturb_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    make = _Maker()
    first = make()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert make() > first


def test_more_ids_than_a_millisecond_counts_go_on_in_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)
    make = _Maker()
    made = [make() for _ in range(4097)]
    assert sorted(made) == made
    assert {each.int >> 80 for each in made} == {5, 6}
