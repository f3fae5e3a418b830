"""Reading no more of each view than is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from models.database import Reads

F = TypeVar("F", bound=Callable[..., Any])


class Narrowed:
    """Reads that know which fields of some views are looked at: see Prepared.all. Others of these views are not there."""

    def __init__(
        self, reads: Reads, wanted: Mapping[type, frozenset[str]], needs: frozenset[str]
    ) -> None:
        self.dialect, self.fetch, self.all = reads.dialect, reads.fetch, reads.all
        self.wanted = wanted
        self.needs = needs

    def fields_of(self, view: type) -> frozenset[str] | None:
        found = self.wanted.get(view)
        return None if found is None else found | self.needs


def narrows(*needs: str) -> Callable[[F], F]:
    """Declare that a function reads views only to return them: but for the fields that it `needs` itself, those that are
    looked at afterwards are enough.
    """

    def declare(function: F) -> F:
        function.needs = needs  # type: ignore[attr-defined]  # for `needs_of`
        return function

    return declare


def needs_of(function: Callable[..., Any]) -> Sequence[str] | None:
    found: Sequence[str] | None = getattr(function, "needs", None)
    return found
