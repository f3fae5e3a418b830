"""A closed conversation does not change."""

from __future__ import annotations

import pytest

from domain.conversations import ConversationStatus, check_open
from domain.errors import ConversationClosed


@pytest.mark.parametrize("status", ["OPEN", "ON_HOLD"])
def test_what_is_not_closed_may_change(status: str) -> None:
    check_open(ConversationStatus(status))


def test_what_is_closed_may_not() -> None:
    with pytest.raises(ConversationClosed):
        check_open(ConversationStatus.CLOSED)
