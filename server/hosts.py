"""Whom the process answers to: hosts it is reached by, and sites whose pages may use it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.graphql.refusals import Refused
from server.settings import LOOPBACK, Settings

Header = tuple[bytes, bytes]

LOOPBACK_ORIGIN = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"


log = structlog.get_logger()


@dataclass(frozen=True)
class Hosts:
    """Answers only requests for a host it knows, so that no other name can be made to lead here."""

    app: ASGIApp
    names: frozenset[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and not self._knows(scope):
            log.info("refused", status=400, code="BAD_USER_INPUT", problem="another host")
            refused = Refused("This host is not served here.")
            await refused.response()(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        named = [value for name, value in scope["headers"] if name == b"host"]
        host = _host(named[0]) if len(named) == 1 else ""
        parent = "*." + host.partition(".")[2]
        return "*" in self.names or host in self.names or parent in self.names


class Cors(CORSMiddleware):
    """Refuses a preflight in JSON, like everything else."""

    async def simple_response(
        self, scope: Scope, receive: Receive, send: Send, request_headers: Headers
    ) -> None:
        """Tell caches that answers differ by origin; to what no page sends there is nothing to add."""
        if "origin" in request_headers:
            await super().simple_response(scope, receive, send, request_headers)
            return

        async def send_varied(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _by_origin(message["headers"])
            await send(message)

        await self.app(scope, receive, send_varied)

    def preflight_response(self, request_headers: Headers) -> Response:
        allowed = super().preflight_response(request_headers)
        if allowed.status_code < HTTPStatus.BAD_REQUEST:
            return allowed
        words = "Pages of this site, or with this method, may not ask here."
        return Refused(words, code="FORBIDDEN", headers={"Vary": "Origin"}).response()


@dataclass(frozen=True)
class Origins:
    """Lets pages open a WebSocket, where no preflight asks first."""

    named: frozenset[str]
    loopback: bool

    def allow(self, connection: HTTPConnection) -> bool:
        origin = connection.headers.get("origin")
        if origin is None:  # no page: a program
            return True
        own = origin.partition("://")[2] == connection.headers.get("host")
        near = self.loopback and re.fullmatch(LOOPBACK_ORIGIN, origin) is not None
        return own or near or origin in self.named or "*" in self.named


def name_of(netloc: str) -> str:
    """Return a host without its port; an address of version 6 keeps its brackets."""
    name, bracket, _ = netloc.lower().partition("]")
    return name + bracket if bracket else name.partition(":")[0]


def _by_origin(headers: Sequence[Header]) -> list[Header]:
    varied = [value for name, value in headers if name == b"vary"]
    others = [header for header in headers if header[0] != b"vary"]
    return [*others, (b"vary", b", ".join([*varied, b"Origin"]))]


@lru_cache(maxsize=64)
def _host(netloc: bytes) -> str:
    return name_of(netloc.decode("latin-1"))


def hosts_of(chosen: Settings) -> frozenset[str]:
    near = () if chosen.production else (*LOOPBACK, chosen.host.lower())
    return frozenset({name.lower() for name in chosen.hosts} | {*near})


def origins_of(chosen: Settings) -> Origins:
    return Origins(frozenset(chosen.origins), loopback=not chosen.production)
