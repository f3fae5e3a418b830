"""The difference of two schemas for people: in a terminal, and as a section of the change log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from server.contract.impact import Change, Impact

WORST_FIRST = sorted(Impact, reverse=True)
CODE = re.compile(r"@\w+(\([^)]*\))?|\w+\.\w+(\(\w+:\))?")  # directives and coordinates
NOTHING = "Nothing changed that a client can see."


def as_text(changes: Sequence[Change]) -> str:
    return _written(changes, "{name}: {meaning}", "  {words}")


def as_markdown(changes: Sequence[Change]) -> str:
    return CODE.sub(r"`\g<0>`", _written(changes, "### {name}: {meaning}\n", "* {words}"))


def _written(changes: Sequence[Change], head: str, line: str) -> str:
    """Return a block for each impact that occurs, the worst first."""
    blocks = [
        "\n".join([head.format(name=impact.name.capitalize(), meaning=impact.meaning), *lines])
        for impact in WORST_FIRST
        if (lines := list(_lines(changes, impact, line)))
    ]
    return "\n\n".join(blocks) or NOTHING


def _lines(changes: Sequence[Change], impact: Impact, line: str) -> Iterator[str]:
    for change in changes:
        if change.impact is impact:
            yield line.format(words=" ".join(change.words.split()))
