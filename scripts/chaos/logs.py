"""What servers have written down of failures: what failed, and where in our code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import orjson


def logged(paths: Sequence[Path]) -> Counter[str]:
    found: Counter[str] = Counter()
    for path in paths:
        for line in path.read_bytes().splitlines():
            found.update(_failure(line))
    return found


def _failure(line: bytes) -> list[str]:
    try:
        entry = orjson.loads(line)
    except ValueError:
        return [f"not a line of the log: {line[:120].decode(errors='replace')}"]
    if "failure" not in entry:
        return [entry["event"]] if entry.get("level") == "error" else []
    ours = [place for place in entry.get("at", []) if place.split("/")[0] in OURS]
    return [
        f"{entry['event']} {entry.get('field', '')}: {entry['failure'].partition(' < ')[0]} at {(ours or ['?'])[-1]}"
    ]


OURS = ("models", "resolvers", "schema", "server", "subscriptions", "execution")
