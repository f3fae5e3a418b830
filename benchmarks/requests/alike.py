"""All kinds must answer alike before any of them is timed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import orjson

from benchmarks.requests.seed import Plan
from benchmarks.requests.work import Work

NEW_MOMENT = re.compile(rb"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NEW_ID = re.compile(rb'"(SW52aXRhdGlvbj|UGFydGljaXBhbnQ)[\w=]+"')
Posted = Callable[[bytes], bytes]


def data_of(answer: bytes, work: Work) -> Any:
    """Return an answer's data; what a mutation has made anew differs by its nature, and only that is left out."""
    if work.changes:
        answer = NEW_ID.sub(b'"new"', NEW_MOMENT.sub(b"now", answer))
    found = orjson.loads(answer)
    assert not found.get("errors"), found
    return found["data"]


async def asked(http: httpx.AsyncClient, work: Work, plan: Plan, number: int) -> Any:
    """Send the request that the load would send, and return its data."""
    head, _, body = work.request(plan, number).partition(b"\r\n\r\n")
    lines = [line.partition(b": ")[::2] for line in head.split(b"\r\n")[1:]]
    headers = {name.decode(): value.decode() for name, value in lines}
    answer = await http.post("/graphql", content=body, headers=headers)
    assert answer.status_code == 200, answer.text[:600]
    return data_of(answer.content, work)


def difference(one: Any, other: Any, path: str = "data") -> str | None:
    """Return where two answers differ, None if they are equal."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = ((f"{path}.{name}", one[name], other[name]) for name in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = ((f"{path}[{n}]", *each) for n, each in enumerate(zip(one, other, strict=True)))
    else:
        return None if one == other else f"{path}: {one!r} and {other!r}"
    return next((found for p, a, b in pairs if (found := difference(a, b, p))), None)
