"""In which media type to answer: by the quality and the order in which a client accepts them."""

from __future__ import annotations

from functools import lru_cache

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
OFFERED = (JSON, GRAPHQL, EVENTS)  # in the order that a wildcard chooses
SHORT = 256  # what is longer is no browser's, and not worth remembering


def acceptable(accept: str | None) -> list[str]:
    """Return what we offer and the client accepts, the best first."""
    said = accept or ""
    return list(_remembered(said) if len(said) <= SHORT else _accepted(said))


def _accepted(accept: str) -> list[str]:
    ranges = _ranges(accept if accept.strip() else "*/*")
    ranked = [(_rank(media, ranges), media) for media in OFFERED]
    return [media for rank, media in sorted(ranked, key=lambda pair: pair[0]) if rank[0] < 0]


_remembered = lru_cache(maxsize=128)(_accepted)


def _rank(media: str, ranges: list[tuple[str, float]]) -> tuple[float, int, int]:
    """Return how well a type is liked, smaller is better; its most specific range decides."""
    kind = media.partition("/")[0]
    names = [name for name, _ in ranges]
    for name in (media, f"{kind}/*", "*/*"):
        if name in names:
            place = names.index(name)
            return (-ranges[place][1], place, OFFERED.index(media))
    return (0.0, len(names), 0)


def _ranges(accept: str) -> list[tuple[str, float]]:
    return [_range(part) for part in accept.split(",") if part.strip()]


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    qualities = [piece[2:] for piece in parameters if piece.startswith("q=")]
    return name, _quality(qualities[0]) if qualities else 1.0


def _quality(text: str) -> float:
    """Return a quality from 0 to 1; what is none counts as 0, as if the type were not named."""
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
