"""Named points of a transaction at which a process can be told to die, to try what survives it. Production refuses to."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Mapping
from threading import Timer

# Begun, all written, on the way to the database (a moment later, wherever that is), committed, streams woken.
POINTS = ("begun", "written", "committing", "committed", "woken")
MOMENT_SECONDS = 0.004

armed: dict[str, float] = {}


def arm(points: Mapping[str, float]) -> None:
    """Die at each of these points with a probability."""
    armed.update(points)


def reach(point: str) -> None:
    """Say that a point is reached; nearly always nothing comes of it."""
    if armed and random.random() < armed.get(point, 0):  # noqa: S311  # chance is no secret
        _die(MOMENT_SECONDS * random.random() if point == "committing" else 0)  # noqa: S311


def _die(after: float) -> None:
    if after:
        Timer(after, os.kill, (os.getpid(), signal.SIGKILL)).start()
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def read_points(text: str) -> dict[str, float]:
    """Return what `written=0.01,committed=0.01` says, or raise ValueError."""
    found = {}
    for each in text.split(","):
        point, _, chance = each.partition("=")
        if point not in POINTS:
            raise ValueError(f"knows the points {', '.join(POINTS)}, not {point}.")
        found[point] = float(chance or 1)
    return found
