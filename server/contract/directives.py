"""What changed in the directives that stand on fields and types. A rule per directive says what it means.

Stricter guards break clients; looser ones break nobody, but more people reach something, which ought to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from graphql import GraphQLSchema

from server.contract.elements import Arguments, Element, elements
from server.contract.impact import Change, Impact

ANYBODY = frozenset({"anybody"})
Rule = Callable[[Arguments | None, Arguments | None], Impact]


def directive_changes(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[Change]:
    """Tell of each directive that came, went or changed on an element that both schemas have."""
    were, are = elements(before), elements(after)
    for coordinate in were.keys() & are.keys():
        yield from _on(coordinate, were[coordinate], are[coordinate])


def _on(coordinate: str, old: Element, new: Element) -> Iterator[Change]:
    were, are = old.directives, new.directives
    for name in were.keys() | are.keys():
        was, now = were.get(name), are.get(name)
        if _normal(was) != _normal(now):
            impact = RULES.get(name, _dangerous)(was, now)
            yield Change(impact, _kind(name, was, now), _words(coordinate, name, was, now))


def _kind(name: str, was: Arguments | None, now: Arguments | None) -> str:
    verb = "ADDED" if was is None else "REMOVED" if now is None else "CHANGED"
    return f"{name.upper()}_{verb}"


def _words(coordinate: str, name: str, was: Arguments | None, now: Arguments | None) -> str:
    if was is None:
        return f"{_shown(name, now)} was added to {coordinate}."
    if now is None:
        return f"{_shown(name, was)} was removed from {coordinate}."
    return f"{coordinate} changed from {_shown(name, was)} to {_shown(name, now)}."


def _shown(name: str, arguments: Arguments | None) -> str:
    told = ", ".join(f"{key}: {value}" for key, value in (arguments or {}).items())
    return f"@{name}({told})" if told else f"@{name}"


def _normal(arguments: Arguments | None) -> Mapping[str, frozenset[str]] | None:
    """Return the arguments with lists as sets: in which order audiences are named is no matter."""
    return None if arguments is None else {key: _items(text) for key, text in arguments.items()}


def _items(text: str) -> frozenset[str]:
    return frozenset(text.strip("[]").split(", ")) if text.startswith("[") else frozenset({text})


def _requires(was: Arguments | None, now: Arguments | None) -> Impact:
    """Break unless everybody who passed before still passes."""
    before, after = _normal(was) or {}, _normal(now) or {}
    audiences = "audience" not in after or before.get("audience", ANYBODY) <= after["audience"]
    rest = all(before.get(key) == after[key] for key in after if key != "audience")
    return Impact.DANGEROUS if audiences and rest else Impact.BREAKING


def _public(was: Arguments | None, now: Arguments | None) -> Impact:
    return Impact.BREAKING if now is None else Impact.DANGEROUS


def _cost(was: Arguments | None, now: Arguments | None) -> Impact:
    """A dearer field may take a request beyond what one may cost."""
    dearer = int((now or {}).get("weight", 1)) > int((was or {}).get("weight", 1))
    return Impact.DANGEROUS if dearer else Impact.SAFE


def _one_of(was: Arguments | None, now: Arguments | None) -> Impact:
    return Impact.SAFE if now is None else Impact.BREAKING


def _deprecated(was: Arguments | None, now: Arguments | None) -> Impact:
    return Impact.SAFE


def _dangerous(was: Arguments | None, now: Arguments | None) -> Impact:
    """A directive that nobody said anything about: somebody should look."""
    return Impact.DANGEROUS


RULES: Mapping[str, Rule] = {
    "requires": _requires,
    "public": _public,
    "cost": _cost,
    "oneOf": _one_of,
    "deprecated": _deprecated,
}
