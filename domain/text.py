"""How long a text may be, in characters, what a text must be, and how far away a time may be."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from domain.errors import InvalidInput

MESSAGE = 4_000
NOTE = 4_000
BACKGROUND = 2_000
SPECIAL_NOTES = 1_000
REASON = 500
SUBJECT = 200
NAME = 100
CONTACT = 200
SEARCH = 100
KEY = 200

# How far away a time may be that somebody gives: what ends by itself does so while people remember it.
FURTHEST = timedelta(days=366)
FUTURE = f"In the future, within {FURTHEST.days} days."

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def required(text: str, limit: int, *path: str) -> str:
    """Return the text without surrounding space, or refuse it when it is empty or too long."""
    if not text.strip():
        raise InvalidInput("Write something: this text is empty.", path=path)
    return optional(text, limit, *path) or ""


def optional(text: str | None, limit: int, *path: str) -> str | None:
    if text is None or not text.strip():
        return None
    text = text.strip()
    if len(text) > limit:
        raise InvalidInput(f"At most {limit:,} characters; this has {len(text):,}.", path=path)
    if UNSTORABLE.search(text):
        raise InvalidInput("This text holds a character that cannot be stored.", path=path)
    return text


def future(moment: datetime | None, now: datetime, *path: str) -> datetime | None:
    """Return a time that somebody gives, or refuse it when it is past or too far away."""
    if moment is None:
        return None
    if moment <= now:
        raise InvalidInput("This time is in the past; name a later one.", path=path)
    if moment > now + FURTHEST:
        limit = f"This time is too far away; name one within {FURTHEST.days} days from now."
        raise InvalidInput(limit, path=path)
    return moment
