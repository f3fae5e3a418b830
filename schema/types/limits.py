"""What one request may ask for, and how often."""

from __future__ import annotations

from typing import Any

from domain.rates import OperationKind
from resolvers.reads.paging import DEFAULT_SIZE, LARGEST
from schema import limits
from schema.fields import field, output


@output()
class RateLimit:
    """A bucket of tokens that each person has: one for each root field, and one for documents never seen before."""

    operation: OperationKind | None = field(
        "The kind of operation it is for; null for documents that the service has not seen before, of which each takes one token."
    )
    per_second: int = field("How many tokens it gets back each second.")
    burst: int = field("How many tokens it holds.")


@output()
class ApiLimits:
    """What one request may ask for, and how often. The same for everybody."""

    depth: int = field("How deep fields may lie; introspection has a limit of its own.")
    aliases: int = field("How many aliases.")
    directives: int = field("How many directives in all.")
    fields: int = field("How many fields in all, fragments spread out.")
    repetition: int = field("How many selections may be merged into one field.")
    characters: int = field("How many characters a document may have.")
    values: int = field(
        "How many values the variables may hold, those in lists and objects included."
    )
    tokens: int = field("How many lexical tokens a document may have.")
    cost: int = field(
        "How much a request may cost: see the directive `@cost`; `extensions.cost` tells what one did."
    )
    introspection: int = field("How many values introspection may answer with, roughly.")
    page_size: int = field("How many items a page has unless `first` or `last` says otherwise.")
    largest_page: int = field("How many items a page may have.")
    errors: int = field("How many errors are told; more are left out.")
    head_bytes: int = field("How large the head of an HTTP request may be.")
    body_bytes: int = field("How large the body of an HTTP request may be.")
    message_bytes: int = field("How large a message over WebSocket may be.")
    request_seconds: float = field("How long a query or mutation may take.")
    operations_per_socket: int = field("How many operations may run at once over one WebSocket.")
    sockets_per_person: int = field("How many WebSockets one person may have at once.")
    streams_per_person: int = field("How many SSE streams one person may have at once.")
    cost_per_token: int = field(
        "A request takes one token for each time it asks for the root field, and one more for each of these in its cost."
    )
    rates: list[RateLimit] = field(
        "The buckets, for each person and root field; empty when rates are not limited."
    )


STATIC: dict[str, Any] = {
    "depth": limits.LIMITS.depth,
    "aliases": limits.LIMITS.aliases,
    "directives": limits.LIMITS.directives,
    "fields": limits.LIMITS.fields,
    "repetition": limits.LIMITS.repetition,
    "characters": limits.CHARACTERS,
    "values": limits.VALUES,
    "tokens": limits.TOKENS,
    "cost": limits.LIMITS.cost,
    "introspection": limits.LIMITS.introspection,
    "page_size": DEFAULT_SIZE,
    "largest_page": LARGEST,
    "errors": limits.ERRORS,
    "head_bytes": limits.HEAD_BYTES,
    "body_bytes": limits.BODY_BYTES,
    "message_bytes": limits.MESSAGE_BYTES,
    "request_seconds": limits.REQUEST_SECONDS,
    "operations_per_socket": limits.OPERATIONS_PER_SOCKET,
    "sockets_per_person": limits.SOCKETS_PER_PERSON,
    "streams_per_person": limits.STREAMS_PER_PERSON,
    "cost_per_token": limits.COST_PER_TOKEN,
}
