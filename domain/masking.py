"""Hides what identifies a customer, in fields and in running text."""

from __future__ import annotations

import re

# An address begins where a word begins, so that each word is looked at once.
EMAIL = re.compile(r"(?<![^\s@＠<>(),;:])[^\s@＠<>(),;:]++[@＠][\w-]+(?:[.．][\w-]+)*")
NUMBER = re.compile(r"\+?\d(?:[\s()./·•‧∙⋅・･‐-―_-]{0,3}\d){5,}")
PART_OF_NAME = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
BETWEEN = r"[\W_]{0,3}"
HIDDEN = "•••"
SHORTEST = 3  # words of a name that are hidden by themselves


def mask_text(text: str) -> str:
    """Return the text with e-mail addresses and numbers of six or more digits hidden."""
    return NUMBER.sub(HIDDEN, EMAIL.sub(HIDDEN, text))


def mask_all(text: str, name: str) -> str:
    """Return the text as outsiders may read it: also without the customer's name, whole or word by word."""
    words = sorted((word for word in name.split() if len(word) >= SHORTEST), key=len)
    named = "|".join([_anyhow(name), *map(re.escape, reversed(words))])
    return re.sub(
        rf"(?<![A-Za-z])(?:{named})(?![A-Za-z])", HIDDEN, mask_text(text), flags=re.IGNORECASE
    )


def _anyhow(name: str) -> str:
    """Return a pattern of the whole name, whatever stands or is missing between its words or Chinese characters."""
    return BETWEEN.join(map(re.escape, PART_OF_NAME.findall(name)))


def mask_email(email: str | None) -> str | None:
    if not email:
        return None
    name, _, host = email.partition("@")
    return f"{name[:1]}{HIDDEN}@{HIDDEN}{host[host.rfind('.') :] if '.' in host else ''}"


def mask_phone(phone: str | None) -> str | None:
    if not phone:
        return None
    return f"{HIDDEN}{phone[-2:]}" if len(phone) > 6 else HIDDEN


def mask_name(name: str) -> str:
    return f"{name[:1]}{HIDDEN}"
