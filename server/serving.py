"""Serving: what must hold before, the server process, and what the terminal is told."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import time
from collections.abc import Iterable, Sequence
from importlib import import_module

import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from models.absence import is_absence
from models.database import Database, first
from models.organizations import organizations
from resolvers.words import dictionary
from schema.limits import MESSAGE_BYTES
from server import protocols
from server.connections import Connections
from server.demo.listing import DemoPerson
from server.logs import configure_logging
from server.revisions import is_current
from server.settings import Settings, SettingsError

SHOWN = ("lin", "wang", "zhao", "mei", "admin", "customer", "other")
BACKLOG = 2048
FIRST_HANDED = 3  # where systemd puts the first of its sockets
STUCK_MILLISECONDS = (
    20_000  # how long a peer may leave what was sent unacknowledged, or its window shut
)
GRACE_SECONDS = 10
WAIT_SECONDS, WAIT_AGAIN_SECONDS = 60.0, 0.5


async def wait_for(chosen: Settings, database: Database) -> None:
    """In production wait for a database that is not there yet; a developer, or whom it turns away for good, is told at once."""
    end = time.monotonic() + (WAIT_SECONDS if chosen.production else 0)
    while not database.is_sqlite:
        try:
            await database.all(sa.select(sa.literal(1)))
            return
        except Exception as problem:
            if not is_absence(problem) or time.monotonic() > end:
                raise
            await asyncio.sleep(WAIT_AGAIN_SECONDS)


async def prepare(chosen: Settings, database: Database) -> None:
    """Migrate in development; in production demand a migrated database without demo data."""
    current = await is_current(database)
    if not chosen.production:
        if not current:
            await import_module("server.migrating").migrate(database)
        return
    if not current:
        raise SettingsError("The database is not up to date; run `huddle migrate` first.")
    demo = sa.select(organizations.c.id).where(organizations.c.demo)
    if await first(database, demo) is not None:
        raise SettingsError("This database holds demo data; production does not serve it.")


def load() -> None:
    """Load what serves before the port is taken: from then on whoever connects is answered at once."""
    gc.disable()
    import_module("server.app")
    dictionary()
    gc.freeze()
    gc.enable()


def listen(chosen: Settings) -> socket.socket:
    """Take the port, so that it is ours before anybody is told of it, unless somebody holds one for us."""
    listening = handed_over() or _bound(chosen)
    prepare_socket(listening)
    return listening


def handed_over() -> socket.socket | None:
    """Return the socket that systemd holds over restarts: whoever connects meanwhile waits, and is not refused."""
    ours = os.environ.get("LISTEN_PID") == str(os.getpid())
    if not ours or os.environ.get("LISTEN_FDS") != "1":
        return None
    os.set_inheritable(FIRST_HANDED, False)  # it takes it so only
    return socket.socket(fileno=FIRST_HANDED)


def _bound(chosen: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        return socket.create_server((chosen.host, chosen.port), family=family, backlog=BACKLOG)
    except OSError as problem:
        raise SettingsError(
            f"Port {chosen.port} of {chosen.host} cannot be used; set PORT to another."
        ) from problem


def prepare_socket(listening: socket.socket) -> None:
    """Set what accepted connections inherit: answers do not wait for more, and stuck peers are let go."""
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_MILLISECONDS)


class Server(uvicorn.Server):
    """Sends the long connections away before it closes, so that clients come back to another process."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        connections: Connections = self.config.app.state.connections  # type: ignore[union-attr]  # the application that `config` was given
        await connections.drain()
        await super().shutdown(sockets)


def configured(app: Starlette, proxies: Sequence[str] = ()) -> uvicorn.Config:
    """Return how to serve. What `X-Forwarded-For` and `-Proto` say is believed of the proxies only."""
    return uvicorn.Config(
        app,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        http=protocols.HTTP,
        ws=protocols.WebSocket,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # ours are the protocol's, and their time-out makes clients come back
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        log_config=None,
    )


def settle() -> None:
    """Let the collector pass over what stays for ever, and come by less often: it holds everybody up.

    It does not look for garbage first: of a quarter of a million objects a hundredth is, and finding it takes 0.2 s.
    """
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


async def serve(chosen: Settings, listening: socket.socket, workers: int = 1) -> None:
    """Serve until told to stop, in this process or in several others."""
    from server.app import build_app
    from server.workers import Workers

    if workers > 1:
        configure_logging(json=chosen.json_log)
        with listening:
            await Workers(workers, listening).run()
        return
    await serve_app(build_app(chosen), chosen, listening)


async def serve_app(app: Starlette, chosen: Settings, listening: socket.socket) -> None:
    configure_logging(json=chosen.json_log)
    settle()
    with listening:
        await Server(configured(app, chosen.proxies)).serve(sockets=[listening])


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

  {base}/                 the playground, where you can be any of its people
  {base}/graphql          the API (POST, GET, server-sent events; WebSocket graphql-transport-ws)
  {base}/schema.graphql   its schema
  {base}/readyz           whether it is ready

Be one of these, with the token that `.venv/bin/huddle token KEY` prints (`huddle demo` lists all):

{listing(person for person in persons if person.key in SHOWN)}
"""
