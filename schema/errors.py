"""What a client is told when a request could not be served: a code always, an internal never."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import structlog
from graphql import FieldNode, GraphQLError, OperationDefinitionNode
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.extensions.parser_cache import ParserCache
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from domain.errors import Unavailable
from models.absence import is_absence
from schema.limits import ERRORS

# What strawberry raises when a request names no document or no operation to run.
NOTHING_TO_RUN = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)

LONGEST_MESSAGE = 500
QUOTED = re.compile(r"(cannot represent[^:]*|[,;.] [Ff]ound): .*|[Ff]ound: .*", re.DOTALL)
NAMED = re.compile(r"Value .* does not exist in", re.DOTALL)

log = structlog.get_logger()


def cause_of(error: GraphQLError) -> BaseException | None:
    """Return the innermost cause of an error that is not GraphQL's own, if there is one."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def masked(error: GraphQLError) -> GraphQLError:
    """Return the error; what nobody foresaw is logged and hidden behind a request id."""
    coded = (error.extensions or {}).get("code")
    cause = None if coded else cause_of(error)
    foreseen = cause is None or isinstance(cause, NOTHING_TO_RUN)
    if foreseen:
        return error
    return _later(error, cause) if is_absence(cause) else _hidden(error, cause)


def presentable(error: GraphQLError, code: str = "BAD_USER_INPUT") -> GraphQLError:
    """Return the error masked and with a code."""
    shown = masked(error)
    shown.extensions = {"code": code, **(shown.extensions or {})}
    shown.message = unquoted(shown.message)[:LONGEST_MESSAGE]  # it may quote the document
    return shown


def present(result: Any) -> None:
    """Make the errors of a result presentable."""
    errors = getattr(result, "errors", None)
    if errors:
        result.errors = [presentable(error) for error in errors[:ERRORS]]


def unquoted(message: str) -> str:
    """Leave out what a value was: it may be a secret or somebody's words, and messages are collected."""
    without = QUOTED.sub(lambda found: f"{(found[1] or '').rstrip(',; ')}.", message)
    return NAMED.sub("The value does not exist in", without)


def place_of(error: GraphQLError) -> tuple[Any, ...]:
    """Return what sorts errors: where they are in the document, then where in its lists; those of no place are last."""
    locations = [(place.line, place.column) for place in error.locations or ()]
    return not locations, locations, [step for step in error.path or () if isinstance(step, int)]


def field_of(error: GraphQLError) -> str | None:
    """Return the field's name in the schema; what it is answered as are the client's words."""
    node = error.nodes[0] if error.nodes and error.path else None
    return node.name.value if isinstance(node, FieldNode) else None


def _later(error: GraphQLError, cause: BaseException | None) -> GraphQLError:
    """Return what is told while the database is away: what was begun is rolled back, or was committed unheard."""
    log.warning("the database is away", field=field_of(error), problem=type(cause).__name__)
    return GraphQLError(
        "The service cannot reach its data at the moment. Try again soon; a mutation with its `idempotencyKey`.",
        nodes=error.nodes,
        path=error.path,
        original_error=cause if isinstance(cause, Exception) else None,
        extensions={"code": Unavailable.code},
    )


def _hidden(error: GraphQLError, cause: BaseException | None) -> GraphQLError:
    """Return what is told instead; the cause stays known on our side, and is never written out."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "unknown")
    log.error("a field failed", field=field_of(error), exc_info=cause)
    return GraphQLError(
        "Something went wrong on our side. Try again; tell us the requestId if it stays.",
        nodes=error.nodes,
        path=error.path,
        original_error=cause if isinstance(cause, Exception) else None,
        extensions={"code": "INTERNAL_SERVER_ERROR", "requestId": request_id},
    )


class ErrorsForClients(SchemaExtension):
    """Makes every error presentable, whether it comes with a result or over a stream."""

    def on_parse(self) -> Iterator[None]:
        yield
        self._code("GRAPHQL_PARSE_FAILED")

    def on_validate(self) -> Iterator[None]:
        yield
        self._code("GRAPHQL_VALIDATION_FAILED")

    def _code(self, code: str) -> None:
        for error in self.execution_context.pre_execution_errors or ():
            presentable(error, code)

    def on_operation(self) -> Iterator[None]:
        yield
        present(self.execution_context.result)

    def on_stream_result(self, result: Any) -> Iterator[None]:
        present(result)
        yield


class OneOperation(SchemaExtension):
    """Refuses to choose among several operations: the request names the one to run."""

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        unnamed = context._provided_operation_name is None  # noqa: SLF001  # `operation_name` falls back to the first
        document = context.graphql_document
        nodes = document.definitions if document else ()
        if unnamed and sum(isinstance(node, OperationDefinitionNode) for node in nodes) > 1:
            problem = GraphQLError("This document has several operations: name one to run.")
            context.pre_execution_errors = [
                *(context.pre_execution_errors or ()),
                presentable(problem),
            ]
        yield


class PatientParserCache(ParserCache):
    """Leaves a document it cannot parse to the schema, which parses again and reports the error everywhere."""

    def on_parse(self) -> Iterator[None]:
        parsing = super().on_parse()
        try:
            next(parsing)
        except GraphQLError:
            yield
            return
        yield
        next(parsing, None)
