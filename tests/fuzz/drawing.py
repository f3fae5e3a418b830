"""How the next step of a play is drawn from numbers, and whom and what it is likely to be about.

Most of what is drawn makes sense; the rest must be refused without a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any

from tests.fuzz.following import CAST
from tests.fuzz.play import Play, Step

NUMBERS = 12  # for the choices of one step; what has more to choose begins anew with them


class Draw:
    """Chooses by numbers that were drawn before, so that the same numbers choose the same again."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = cycle(numbers)

    def __call__(self, choices: Sequence[Any]) -> Any:
        return choices[next(self.numbers) % len(choices)]


Operation = Callable[[Play, Draw], Step | None]
OPERATIONS: list[Operation] = []
PLAYED: set[str] = set()
AFTERWARDS: list[Operation] = []


def operation(*fields: str, often: int = 1) -> Callable[[Operation], Operation]:
    """Let people ask for these mutations, more often than for others if need be. None tells that there is nothing to do."""

    def register(draw: Operation) -> Operation:
        PLAYED.update(fields)
        OPERATIONS.extend([draw] * often)
        return draw

    return register


def afterwards(*fields: str) -> Callable[[Operation], Operation]:
    """Let people do this, most of the time, when the conversation is closed."""

    def register(draw: Operation) -> Operation:
        PLAYED.update(fields)
        AFTERWARDS.append(draw)
        return draw

    return register


def drawn(play: Play, numbers: Sequence[int], key: str) -> Step | None:
    """Return the step that the numbers choose; every other one has the idempotency key."""
    draw = Draw(numbers)
    over = play.folded.status == "CLOSED" and not seldom(draw)
    step: Step | None = draw(AFTERWARDS if over else OPERATIONS)(play, draw)
    return replace(step, key=key) if step and draw((True, False)) else step


def seldom(draw: Draw) -> bool:
    return bool(draw((False, False, False, True)))


def somebody(play: Play, draw: Draw, *likely: str) -> str:
    """Return one of those who can be expected to do it, now and then anybody at all."""
    return str(draw(CAST if seldom(draw) or not likely else likely))


def invitation(play: Play, draw: Draw, status: str = "PENDING") -> str | None:
    """Return an invitation, most often one that waits for what shall be done."""
    known = list(play.folded.invitations)
    waiting = [id_ for id_ in known if play.folded.invitations[id_] == status]
    of = known if seldom(draw) or not waiting else waiting
    return str(draw(of)) if of else None


def part(play: Play, draw: Draw) -> str:
    """Return somebody's part, most often of one who is present and does not lead."""
    helping = [id_ for id_ in play.folded.parts if id_ != play.folded.primary]
    return str(draw(list(play.parts) if seldom(draw) or not helping else helping))


def helpers(play: Play) -> list[str]:
    return [key for key in play.present() if key != play.leader]


def inviting(play: Play) -> list[str]:
    """Return who may invite: who leads, and whoever is as high as that."""
    high = [p.agent for p in play.folded.parts.values() if p.level in {"MANAGE", "FULL"}]
    return [play.people[agent] for agent in high] or [play.leader]
