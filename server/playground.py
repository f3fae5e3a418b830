"""The playground at `/`: its page, the demo people that it can play, and the story that the documents tell."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import orjson
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.database import Database
from server.demo.listing import DemoPerson, people
from server.graphql.refusals import JSON, Refused
from server.hosts import name_of
from server.settings import LOOPBACK, Settings
from server.tokens import Expected, sign

PAGE = Path(__file__).parent / "static/playground"
OPERATIONS = Path(__file__).parent.parent / "operations"
NAME = re.compile(r"^(?:query|mutation|subscription) (\w+)", re.MULTILINE)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # its menus and dialogs style themselves while they open
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",  # the browser keeps it, and asks whether it is current
}
FORWARDED = {"forwarded", "x-forwarded-for"}  # what proxies say of whom they ask for
TOLD_ONCE = {**HEADERS, "Cache-Control": "no-store"}


@dataclass(frozen=True)
class Playground:
    chosen: Settings
    database: Database

    def routes(self) -> list[BaseRoute]:
        files = Mount("/", StaticFiles(directory=PAGE), middleware=[Middleware(Guarded)])
        own: list[BaseRoute] = [
            Route("/people.json", self.people),
            Route("/story.json", self.story),
        ]
        return [Route("/", self.page), Mount("/playground", routes=[*own, files])]

    async def page(self, request: Request) -> Response:
        return FileResponse(PAGE / "index.html", headers=HEADERS)

    async def people(self, request: Request) -> Response:
        """Tell whom this page can play, each with a token: only itself, opened on the machine that serves it.

        Pages of other sites, and of other ports, are refused; elsewhere one pastes a token, so there it is nobody.
        """
        if not is_own_page(request):
            words = "Tokens are told to the playground alone."
            return Refused(words, HTTPStatus.FORBIDDEN, "FORBIDDEN", TOLD_ONCE).response()
        demo = not self.chosen.production and not self.chosen.jwks_url and is_near(request)
        found = await people(self.database) if demo else []
        return _json({"people": [self._told(person) for person in found]}, TOLD_ONCE)

    def story(self, request: Request) -> Response:
        return _json(story())

    def _told(self, person: DemoPerson) -> dict[str, Any]:
        chosen = self.chosen
        expected = Expected(chosen.jwt_issuer, chosen.jwt_audience, chosen.jwt_claims)
        secret, whose = chosen.signing_secret(), (person.kind, person.id, person.conversation_id)
        token = sign(secret, *whose, expected=expected)
        shown = ("key", "kind", "name", "organization", "role", "department")
        return {key: asdict(person)[key] for key in shown} | {"token": token}


@dataclass(frozen=True)
class Guarded:
    """Sends the headers of the page with its files too."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(key.lower().encode(), text.encode()) for key, text in HEADERS.items()]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, send_guarded)


def is_own_page(request: Request) -> bool:
    """Tell whether the request is of a page of this very origin, or of no page at all."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    own = f"{request.url.scheme}://{request.headers.get('host')}"
    return origin in {None, own} and site in {None, "same-origin"}


def is_near(request: Request) -> bool:
    """Tell whether it comes from this machine, by a name of it, and for nobody further away."""
    if FORWARDED & set(request.headers):
        return False
    named = name_of(request.headers.get("host", "")) in LOOPBACK
    return named and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:  # a socket of the file system has no address
        return False


def story() -> dict[str, Any]:
    """Return `operations/story.json`, each step with its document."""
    told: dict[str, Any] = orjson.loads((OPERATIONS / "story.json").read_bytes())
    documents = {_name(text): text for text in written()}
    for step in (step for chapter in told["chapters"] for step in chapter["steps"]):
        step["document"] = documents[step["operation"]]
    return told


def written() -> list[str]:
    """Return every operation as it is written in `operations/`, with the comment that says when to use it."""
    files = [file.read_text(encoding="utf-8") for file in sorted(OPERATIONS.glob("*.graphql"))]
    return [f"{text.strip()}\n" for file in files for text in re.split(r"\n\n(?=# )", file)]


def _name(document: str) -> str:
    found = NAME.search(document)
    assert found, "a test holds every document against this"
    return found[1]


def _json(content: Any, headers: dict[str, str] = HEADERS) -> Response:
    return Response(orjson.dumps(content), headers=headers, media_type=JSON)
