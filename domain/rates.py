"""How often one person may do one thing: buckets of tokens that fill up again."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum

_WRITTEN = re.compile(r"(\w+) (\d+)/s burst (\d+)")


class OperationKind(StrEnum):
    QUERY = "QUERY"
    MUTATION = "MUTATION"
    SUBSCRIPTION = "SUBSCRIPTION"


@dataclass(frozen=True)
class Rate:
    """A bucket holds `burst` requests and gets `per_second` back."""

    per_second: int
    burst: int


@dataclass(frozen=True)
class Rates:
    """One bucket for each person and root field, of the size that its kind of operation has.

    Each person has one more for documents that were never seen before: reading those is dear.
    """

    query: Rate = Rate(50, 200)
    mutation: Rate = Rate(10, 60)
    subscription: Rate = Rate(10, 120)
    document: Rate = Rate(10, 100)

    def of(self, kind: OperationKind | None) -> Rate:
        """Return the rate of a kind of operation; None stands for documents never seen before."""
        rate: Rate = getattr(self, kind.lower()) if kind else self.document
        return rate


RATES = Rates()


def read_rates(text: str) -> Rates | None:
    """Read `query 50/s burst 200, mutation ...`; what is left out keeps its default. `off` is None."""
    if text == "off":
        return None
    parts = [_WRITTEN.fullmatch(part.strip()) for part in text.split(",")]
    known = {each.name for each in fields(Rates)}
    read = {part[1]: Rate(int(part[2]), int(part[3])) for part in parts if part}
    if len(read) != len(parts) or not read.keys() <= known:
        raise ValueError("is off, or like: query 50/s burst 200, mutation 10/s burst 60.")
    if any(not 0 < rate.per_second <= rate.burst for rate in read.values()):
        raise ValueError("needs rates above 0 and a burst of at least one second.")
    return Rates(**read)
