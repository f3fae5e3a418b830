"""Serving: what must hold before, the server process, and what the terminal is told."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable

import sqlalchemy as sa
import structlog
import uvicorn

from models.database import Database, first
from models.organizations import organizations
from server.demo import DemoPerson
from server.migrating import is_current, migrate
from server.settings import Settings, SettingsError

SHOWN = ("lin", "wang", "zhao", "mei", "admin", "customer", "other")
LARGEST_MESSAGE = 64 * 1024
BACKLOG = 2048


async def prepare(chosen: Settings, database: Database) -> None:
    """Migrate in development; in production demand a migrated database without demo data."""
    if not chosen.production:
        await migrate(database)
        return
    if not await is_current(database):
        raise SettingsError("The database is not up to date; run `huddle migrate` first.")
    demo = sa.select(organizations.c.id).where(organizations.c.demo)
    if await first(database, demo) is not None:
        raise SettingsError("This database holds demo data; production does not serve it.")


def listen(chosen: Settings) -> socket.socket:
    """Take the port, so that it is ours before anybody is told of it."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        listening = socket.create_server((chosen.host, chosen.port), family=family, backlog=BACKLOG)
    except OSError as problem:
        raise SettingsError(
            f"Port {chosen.port} of {chosen.host} cannot be used; set PORT to another."
        ) from problem
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # answers do not wait for more
    return listening


async def serve(chosen: Settings, listening: socket.socket) -> None:
    """Serve until told to stop."""
    from server.app import build_app

    configure_logging(chosen)
    config = uvicorn.Config(
        build_app(chosen),
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=10,
        access_log=False,
        log_level="warning",
    )
    with listening:
        await uvicorn.Server(config).serve(sockets=[listening])


def configure_logging(chosen: Settings) -> None:
    shown = (
        structlog.processors.JSONRenderer()
        if chosen.production
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
    )


def listing(persons: Iterable[DemoPerson]) -> str:
    """Return a table of the demo people."""
    head = ("key", "kind", "name", "role", "department", "organization")
    rows = [
        (p.key, p.kind.value.lower(), p.name, p.role or "", p.department or "", p.organization)
        for p in persons
    ]
    widths = [max(_width(row[n]) for row in [head, *rows]) for n in range(len(head))]
    return "\n".join(
        "  ".join(_pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    )


def _width(text: str) -> int:
    """Return how many columns a terminal needs: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def invitation(chosen: Settings, persons: Iterable[DemoPerson]) -> str:
    """Return what to open and who to be."""
    base = f"http://{chosen.host}:{chosen.port}"
    return f"""
Huddle serves on {base}

  {base}/graphql          the API (POST; WebSocket graphql-transport-ws)
  {base}/schema.graphql   its schema
  {base}/readyz           whether it is ready

Be one of these, with the token that `.venv/bin/huddle token KEY` prints (`huddle demo` lists all):

{listing(person for person in persons if person.key in SHOWN)}
"""
