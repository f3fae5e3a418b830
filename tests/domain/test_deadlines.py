"""What falls due by the clock."""

from __future__ import annotations

from domain.deadlines import DeadlineKind


def test_kinds_are_stored_by_name() -> None:
    assert {kind.name for kind in DeadlineKind} == {kind.value for kind in DeadlineKind}
    assert {"INVITATION_EXPIRES", "LEVEL_REVERTS", "PERIOD_ENDS"} <= set(DeadlineKind)
