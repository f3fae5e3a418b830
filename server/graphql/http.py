"""`/graphql` over HTTP: POST, GET for queries, and server-sent events for whoever prefers them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import orjson
from graphql import GraphQLError, parse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from domain.errors import RateLimited, Unavailable
from resolvers.actors import Claims
from schema.limits import REQUEST_SECONDS, TOKENS
from schema.selections import operation_of
from server.connections import Carrier
from server.graphql.answers import Answer
from server.graphql.edge import Edge, has_secret, person_of
from server.graphql.events import EventStream, Mailbox, frames_of
from server.graphql.negotiation import EVENTS, GRAPHQL, acceptable
from server.graphql.refusals import Refused
from server.graphql.requests import GraphQLRequest, from_body, from_url
from server.graphql.timing import within
from server.keys import KeysAway
from server.tokens import BadToken

QUERY = OperationType.QUERY
ALLOWED = {
    "GET": frozenset({QUERY}),
    "HEAD": frozenset({QUERY}),
    "POST": frozenset({QUERY, OperationType.MUTATION}),
}
STREAMED = OperationType.SUBSCRIPTION
BY_GET, ONLY_POST = (*ALLOWED,), ("POST",)


@dataclass(frozen=True)
class HTTPEndpoint:
    """One request, one response; whatever is wrong with it is answered in JSON."""

    edge: Edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Refused as refused:
            self.edge.runner.refused(refused.status, refused.code)
            response = refused.response()
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._check_method(request)
        media = acceptable(", ".join(request.headers.getlist("accept")))
        if request.method == "HEAD" and EVENTS in media:
            media.remove(EVENTS)  # a stream of which nothing is sent would never be seen to end
        if not media:
            raise Refused(
                "This is answered as JSON or as an event stream.", HTTPStatus.NOT_ACCEPTABLE
            )
        claims = await self._signed_in(request)
        asked = self.edge.documents.resolved(await _asked(request))
        if EVENTS in media and (media[0] == EVENTS or _kind_of(asked) is STREAMED):
            return self._stream(request, asked, claims)
        context = self.edge.context(request, claims)
        allowed = ALLOWED[request.method]
        answer = await self.edge.runner.once(asked, context, allowed, request.headers)
        if isinstance(answer.problem, InvalidOperationTypeError):
            raise _elsewhere(answer.problem.operation_type)
        return respond(answer, media[0])

    def _check_method(self, request: Request) -> None:
        allowed = BY_GET if self.edge.by_get else ONLY_POST
        if request.method not in allowed:
            raise Refused(
                f"Send it by {' or '.join(allowed)}.",
                HTTPStatus.METHOD_NOT_ALLOWED,
                headers={"Allow": ", ".join(allowed)},
            )
        if has_secret(request):
            raise Refused(
                "A token never goes into an address, where it is logged and kept: get a new one, and send it as "
                "`Authorization: Bearer ...`."
            )

    async def _signed_in(self, request: Request) -> Claims | None:
        try:
            return await self.edge.authenticator.claims(request.headers.get("authorization"))
        except KeysAway as problem:
            status, code = HTTPStatus.SERVICE_UNAVAILABLE, Unavailable.code
            raise Refused(str(problem), status, code, {"Retry-After": "5"}) from problem
        except BadToken as problem:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            status = HTTPStatus.UNAUTHORIZED
            raise Refused(str(problem), status, "UNAUTHENTICATED", challenge) from problem

    def _stream(self, request: Request, asked: GraphQLRequest, claims: Claims | None) -> Response:
        if request.method != "POST" and _kind_of(asked) is OperationType.MUTATION:
            raise _elsewhere(OperationType.MUTATION)
        allowed = ALLOWED[request.method] | {STREAMED}
        context = self.edge.context(request, claims)
        mailbox = Mailbox()
        answers = self.edge.runner.run(asked, context, allowed, request.headers, mailbox)
        frames = frames_of(mailbox.told(answers), self.edge.connections, claims)
        held = self.edge.connections.held_by(person_of(request, claims), Carrier.STREAM)
        return EventStream(frames, held)


async def _asked(request: Request) -> GraphQLRequest:
    if request.method != "POST":
        return from_url(request)
    try:
        return await within(REQUEST_SECONDS, from_body(request))
    except TimeoutError as problem:
        words = "The body of the request did not arrive in time."
        raise Refused(words, HTTPStatus.REQUEST_TIMEOUT) from problem


def _kind_of(asked: GraphQLRequest) -> OperationType | None:
    """Tell whether it is a subscription or a mutation; most documents do not even have the words."""
    if not asked.query or not any(kind in asked.query for kind in ("subscription", "mutation")):
        return None
    try:
        document = parse(asked.query, max_tokens=TOKENS)
    except GraphQLError:
        return None
    operation = operation_of(document, asked.operation_name)
    return OperationType(operation.operation.value) if operation else None


def _elsewhere(kind: OperationType) -> Refused:
    """Say where an operation of this kind is sent instead."""
    if kind is STREAMED:
        return Refused(
            "Subscribe over WebSocket (graphql-transport-ws), or accept text/event-stream.",
            HTTPStatus.NOT_ACCEPTABLE,
        )
    status, headers = HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"}
    return Refused("A mutation is sent by POST.", status, headers=headers)


def respond(answer: Answer, media: str) -> Response:
    """Return the response: what was not run is a 4xx for whoever knows the newer media type, and 200 else."""
    kind = f"{media}; charset=utf-8" if media == GRAPHQL else media
    status, headers = _status(answer, media)
    headers["Vary"] = "Accept"
    return Response(orjson.dumps(answer.payload), status, headers, kind)


def _status(answer: Answer, media: str) -> tuple[int, dict[str, str]]:
    if answer.executed:
        return HTTPStatus.OK, {}
    problem = answer.problem
    if isinstance(problem, RateLimited):
        wait = str(problem.extensions["retryAfterSeconds"])
        return HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": wait}
    if Unavailable.code in answer.codes:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"}
    if "INTERNAL_SERVER_ERROR" in answer.codes:
        return HTTPStatus.INTERNAL_SERVER_ERROR, {}
    return (HTTPStatus.BAD_REQUEST if media == GRAPHQL else HTTPStatus.OK), {}
