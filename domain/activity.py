"""Who still takes part: signs of activity, and when their absence is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.policies import SIGN_SECONDS, Policy

STRETCH_SECONDS = 120


def is_news(last: datetime, now: datetime, *, warned: bool = False) -> bool:
    """Tell whether a sign is worth writing down: one in 10 seconds is enough to tell who is there.

    Whoever has been warned is still there by any sign.
    """
    return warned or now - last >= timedelta(seconds=SIGN_SECONDS)


def seconds_added(last: datetime, now: datetime) -> int:
    """Return what a sign adds to the active time: the gap, if it is short enough to be one stretch of work."""
    gap = int((now - last).total_seconds())
    return gap if gap <= STRETCH_SECONDS else 0


@dataclass(frozen=True)
class Idleness:
    """How long somebody may give no sign before they are warned, and how long after that they are removed."""

    warning: timedelta
    grace: timedelta

    def due_at(
        self, active_at: datetime, warned_at: datetime | None, resumed_at: datetime | None
    ) -> datetime:
        """Return when something is to be done about them: the warning, or once warned the removal.

        What was before the conversation went on is no silence of theirs.
        """
        last, patience = (active_at, self.warning) if warned_at is None else (warned_at, self.grace)
        return max(last, resumed_at or last) + patience


def idleness(policy: Policy) -> Idleness:
    return Idleness(
        timedelta(seconds=policy.idle_warning_seconds),
        timedelta(seconds=policy.idle_removal_seconds - policy.idle_warning_seconds),
    )
