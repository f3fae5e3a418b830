"""Markdown tables, and the places in a page that are generated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

Generated = Mapping[str, Callable[[], str]]

PLACE = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[\w-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def code(text: object) -> str:
    return f"`{text}`"


def codes(texts: Iterable[object]) -> str:
    return ", ".join(code(text) for text in texts)


def filled(text: str, generated: Generated) -> str:
    """Return the page with every generated place as it is generated now."""

    def fill(place: re.Match[str]) -> str:
        return f"{place['begin']}\n{generated[place['name']]()}\n\n{place['end']}"

    return PLACE.sub(fill, text)


def places(text: str) -> list[str]:
    """Return the names of a page's generated places."""
    return [place["name"] for place in PLACE.finditer(text)]
