"""Hides what identifies a customer, in fields and in running text."""

from __future__ import annotations

import re

EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){5,}")
HIDDEN = "•••"


def mask_text(text: str) -> str:
    """Return the text with e-mail addresses and numbers of six or more digits hidden."""
    return NUMBER.sub(HIDDEN, EMAIL.sub(HIDDEN, text))


def mask_email(email: str | None) -> str | None:
    if not email:
        return None
    name, _, host = email.partition("@")
    return f"{name[:1]}{HIDDEN}@{HIDDEN}{host[host.rfind('.') :] if '.' in host else ''}"


def mask_phone(phone: str | None) -> str | None:
    return f"{HIDDEN}{phone[-2:]}" if phone else None


def mask_name(name: str) -> str:
    return f"{name[:1]}{HIDDEN}"
