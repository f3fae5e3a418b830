"""How long a text may be, and what it must be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import InvalidInput
from domain.text import future, optional, required

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["x", "  x ", "x" * 10, "你好", "two\nlines"])
def test_a_text_is_kept_without_surrounding_space(text: str) -> None:
    assert required(text, 10) == text.strip()
    assert optional(text, 10) == text.strip()


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000"])
def test_a_blank_text_is_none_at_all(blank: str) -> None:
    assert optional(blank, 10) is None
    with pytest.raises(InvalidInput, match="empty"):
        required(blank, 10)


def test_no_text_stays_none() -> None:
    assert optional(None, 10) is None


@pytest.mark.parametrize("text", ["x" * 11, "a\x00b"])
def test_a_text_that_cannot_be_kept_is_refused_at_its_path(text: str) -> None:
    for read in (required, optional):
        with pytest.raises(InvalidInput) as refused:
            read(text, 10, "input", "note")
        assert refused.value.reason.path == ("input", "note")


def test_the_refusal_counts() -> None:
    with pytest.raises(InvalidInput, match=r"^At most 4,000 characters; this has 4,001\.$"):
        required("x" * 4_001, 4_000)


@pytest.mark.parametrize("moment", [None, NOW + timedelta(microseconds=1)])
def test_a_later_time_is_kept(moment: datetime | None) -> None:
    assert future(moment, NOW) == moment


@pytest.mark.parametrize("moment", [NOW, NOW - timedelta(days=1)])
def test_a_time_that_has_come_is_refused(moment: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        future(moment, NOW, "input", "until")
    assert refused.value.reason.path == ("input", "until")
