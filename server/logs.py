"""The log: a line for each request and each failure, of what happened and never of what was said.

No document, variable, token, note or message can be in it: of an exception only its type and the places in
the code are written, since the words of an exception may quote a value.
"""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

Entry = MutableMapping[str, Any]
DEEPEST = 12
OURS = Path(__file__).parents[1]

# What uvicorn says when a stream is dropped on purpose: the client is to come back.
DROPPED = "ASGI callable returned without completing response."


@contextmanager
def identified() -> Iterator[str]:
    """Give what happens meanwhile an id of its own, in the log as in what a client is told."""
    request_id = secrets.token_hex(8)
    before = structlog.contextvars.bind_contextvars(request_id=request_id)
    try:
        yield request_id
    finally:
        structlog.contextvars.reset_contextvars(**before)


def where_it_failed(logger: Any, method: str, entry: Entry) -> Entry:
    """Put types and places in the stead of an exception."""
    problem = entry.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        entry["failure"] = " < ".join(_types(problem))
        entry["at"] = _places(problem.__traceback__)
    return entry


def _types(problem: BaseException | None) -> list[str]:
    found: list[str] = []
    while problem is not None and len(found) < DEEPEST:
        found.append(type(problem).__name__)
        problem = problem.__cause__ or problem.__context__
    return found


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    path = Path(filename)
    inside = path.is_relative_to(OURS) and "site-packages" not in path.parts
    return str(path.relative_to(OURS)) if inside else "/".join(path.parts[-2:])


def configure_logging(*, json: bool) -> None:
    """Send everything, the libraries' words too, to standard error through the same processors."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_failed,
    ]
    shown = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, shown],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    _configure_libraries()


def _configure_libraries() -> None:
    root = logging.getLogger()
    root.handlers = [_Libraries()]
    root.setLevel(logging.WARNING)


class _Libraries(logging.Handler):
    """Says which library had a problem, where, and of what type. Its own words may quote a value."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == DROPPED:
            return
        structlog.get_logger().log(
            record.levelno,
            "a library reports",
            library=record.name,
            place=f"{_short(record.pathname)}:{record.lineno}",
            exc_info=record.exc_info,
        )
