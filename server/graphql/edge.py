"""What HTTP and WebSocket share: who asks, and the way into the schema."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from resolvers.actors import Claims
from schema.context import Context, Services
from server.authentication import Authenticator
from server.connections import Connections
from server.graphql.documents import Documents
from server.graphql.running import Runner

SECRETS_IN_URL = frozenset({"authorization", "token", "access_token", "bearer", "jwt", "id_token"})


@dataclass(frozen=True)
class Edge:
    services: Services
    runner: Runner
    authenticator: Authenticator
    connections: Connections
    documents: Documents
    by_get: bool

    def context(self, connection: HTTPConnection, claims: Claims | None) -> Context:
        return Context(self.services, claims, address=address_of(connection))


def address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def person_of(connection: HTTPConnection, claims: Claims | None) -> str:
    """Return whose connections are counted together, without asking the database."""
    return str(claims.subject_id) if claims else address_of(connection)


def has_secret(connection: HTTPConnection) -> bool:
    """Tell whether there is a token in the address, where it is logged and kept."""
    asked = connection.query_params if connection.scope["query_string"] else ()
    return any(name.lower() in SECRETS_IN_URL for name in asked)
