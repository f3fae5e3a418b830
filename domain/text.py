"""How long a text may be, in characters, and what a text must be."""

from __future__ import annotations

import re
from datetime import datetime

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
    if moment is not None and moment <= now:
        raise InvalidInput("This time is in the past; name a later one.", path=path)
    return moment
