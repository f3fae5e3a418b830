"""What is printed, and what a step demands."""

from __future__ import annotations

COLUMN = 12


class Unexpected(Exception):
    """A step did not do what it should; the message says what was expected and what came."""


def width(text: str) -> int:
    """Return how many columns a terminal needs: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def say(name: str, words: str) -> None:
    """Print what somebody does or sees, with their name in front."""
    print(f"{name}{' ' * (COLUMN - width(name))}| {words}", flush=True)


def act(title: str) -> None:
    print(f"\n== {title}", flush=True)


def expect(what: str, actual: object, expected: object) -> None:
    if actual != expected:
        raise Unexpected(f"{what}: expected {expected!r}, got {actual!r}")


def expect_that(what: str, holds: object, got: object) -> None:
    """Demand something that has no single right value."""
    if not holds:
        raise Unexpected(f"Expected that {what}; got {got!r}")
