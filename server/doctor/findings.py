"""What was looked at, how it is, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """WRONG: a promise is not kept. WARNING: it is kept only as long as nothing worse happens."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    state: State
    what: str
    found: str
    advice: str = ""


def report(findings: Sequence[Finding]) -> str:
    width = max(len(each.what) for each in findings)
    lines = []
    for each in findings:
        lines.append(f"{each.state:8} {each.what:{width}}  {each.found}")
        if each.advice:
            lines.append(f"{'':8} {'':{width}}  {each.advice}")
    return "\n".join(lines)


def is_well(findings: Sequence[Finding]) -> bool:
    return not any(each.state is State.WRONG for each in findings)
