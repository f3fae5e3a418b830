"""What a client asks to run, in whatever shape it arrives."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from schema.limits import BODY_BYTES, CHARACTERS, VALUES
from server.graphql.refusals import Refused

NOT_SUPPORTED = (
    "PersistedQueryNotSupported"  # the words that Apollo looks for, to send the document itself
)
NO_DOCUMENT = "Send a document as `query`."


class Malformed(Refused):
    """What has not even the shape of a request."""


@dataclass(frozen=True)
class GraphQLRequest:
    """`query` is the document; a trusted one may be named by `document_id` instead."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    document_id: str | None


def read_request(parameters: Any) -> GraphQLRequest:
    """Check the shape of a request's parameters."""
    if not isinstance(parameters, dict):
        raise Malformed("Send one JSON object with a `query`; batches are not taken.")
    _optional(parameters, "extensions", dict, "an object")
    request = GraphQLRequest(
        _optional(parameters, "query", str, "a string"),
        _optional(parameters, "variables", dict, "an object"),
        _optional(parameters, "operationName", str, "a string"),
        _optional(parameters, "documentId", str, "a string"),
    )
    if request.query is None and request.document_id is None:
        if "persistedQuery" in (parameters.get("extensions") or {}):
            raise Refused(NOT_SUPPORTED)
        raise Malformed(NO_DOCUMENT)
    if not request.query and not request.document_id:
        raise Refused(NO_DOCUMENT)
    if request.query and len(request.query) > CHARACTERS:
        too_long = f"A document has at most {CHARACTERS:,} characters."
        raise Refused(too_long, code="QUERY_TOO_COMPLEX")
    if holds_more(request.variables, VALUES):
        too_many = f"Variables hold at most {VALUES:,} values in all."
        raise Refused(too_many, code="QUERY_TOO_COMPLEX")
    return request


def holds_more(value: Any, most: int) -> bool:
    """Tell whether there are more values than that in a value of JSON, however deep they lie."""
    pending, found = [value], 0
    while pending and found <= most:
        each = pending.pop()
        inside = each.values() if isinstance(each, dict) else each
        if isinstance(inside, Collection) and not isinstance(inside, str):
            found += len(inside)
            pending.extend(inside if found <= most else ())
    return found > most


def _optional(parameters: Mapping[str, Any], name: str, kind: type, article: str) -> Any:
    value = parameters.get(name)
    if value is not None and not isinstance(value, kind):
        raise Malformed(f"`{name}` must be {article}.")
    return value


def decode(text: bytes | str) -> Any:
    """Read JSON, or refuse it: bad UTF-8, lone surrogates, and nesting without end among what is refused."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise Malformed("This is not JSON.") from problem


async def from_body(request: Request) -> GraphQLRequest:
    check_declared(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused("Send the body as application/json.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return read_request(decode(await _body(request.receive)))


def from_url(request: Request) -> GraphQLRequest:
    parameters: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = decode(parameters[name])
    return read_request({name: value for name, value in parameters.items() if value != ""})


def check_declared(request: Request) -> None:
    """Refuse a body that says of itself that it is too large, before it arrives."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (
        len(declared) > len(str(BODY_BYTES)) or int(declared) > BODY_BYTES
    ):
        raise _too_large()


def _too_large() -> Refused:
    words = f"A request's body holds {BODY_BYTES // 1024} kB at most."
    return Refused(words, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def _body(receive: Receive) -> bytes:
    """Return the body, or refuse it while it arrives, once it is beyond the limit."""
    parts, taken, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        taken += len(parts[-1])
        if taken > BODY_BYTES:
            raise _too_large()
        more = message.get("more_body", False)
    return b"".join(parts)
