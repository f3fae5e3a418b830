"""The deprecation policy: what goes is announced with a reason, a replacement and a date 90 days ahead.

@deprecated(reason: "It told one department only. Use `Agent.departments`. Deprecated on 2026-01-15, removed on 2026-06-01.")
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from graphql import DEFAULT_DEPRECATION_REASON, build_schema

from server.contract.elements import Element, elements

NOTICE = timedelta(days=90)
DAY = r"(\d{4}-\d{2}-\d{2})"
DATES = re.compile(rf"\bDeprecated on {DAY}, removed on {DAY}\.")
REPLACEMENT = re.compile(r"\bUse `([^`]+)`")
PROMISES = (REPLACEMENT, DATES)


def violations(sdl: str) -> list[str]:
    """Return a sentence for each way in which a deprecation does not keep the policy."""
    known = elements(build_schema(sdl))
    return [
        f"{each.coordinate} {problem}"
        for each in known.values()
        if each.deprecation is not None
        for problem in _problems(each.deprecation, known)
    ]


def _problems(text: str, known: Mapping[str, Element]) -> Iterator[str]:
    if not _reason(text) or text == DEFAULT_DEPRECATION_REASON:
        yield "does not say why it is deprecated."
    yield from _about_replacement(text, known)
    yield from _about_dates(text)


def _reason(text: str) -> str:
    """Return what is left of the text without its replacement and dates."""
    for promise in PROMISES:
        text = promise.sub("", text)
    return text.strip(" .")


def _about_replacement(text: str, known: Mapping[str, Element]) -> Iterator[str]:
    named = REPLACEMENT.search(text)
    if named is None:
        yield "does not say what to use instead: Use `Type.field`."
        return
    found = known.get(named[1])
    if found is None:
        yield f"names a replacement that is not there: `{named[1]}`."
    elif found.deprecation is not None:
        yield f"names a replacement that is deprecated itself: `{named[1]}`."


def _about_dates(text: str) -> Iterator[str]:
    dates = DATES.search(text)
    if dates is None:
        yield "does not say when: Deprecated on 2026-01-15, removed on 2026-06-01."
        return
    try:
        since, until = (date.fromisoformat(day) for day in dates.groups())
    except ValueError:
        yield f"names a day that no calendar has: {dates[0]}"
        return
    if until - since < NOTICE:
        yield f"goes {(until - since).days} days after it was announced; {NOTICE.days} are promised."
