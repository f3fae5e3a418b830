"""Trusted documents: a registry of what clients send, so that nothing else needs to be run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import orjson

from server.graphql.refusals import Refused
from server.graphql.requests import GraphQLRequest
from server.settings import SettingsError


class Documents:
    """Finds documents by the digest of their text. With `only`, no other document is run."""

    def __init__(self, known: Mapping[str, str], *, only: bool = False) -> None:
        self.known = known
        self.only = only

    def resolved(self, request: GraphQLRequest) -> GraphQLRequest:
        """Return the request with its document, which it may only have named."""
        if request.document_id is not None:
            return replace(request, query=self._named(request.document_id))
        if self.only and document_id(request.query or "") not in self.known:
            raise Refused("Only trusted documents are run here: send the `documentId` of one.")
        return request

    def _named(self, id_: str) -> str:
        if id_ not in self.known:
            raise Refused("There is no trusted document with this `documentId`.")
        return self.known[id_]


def document_id(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def collect(folder: Path) -> dict[str, str]:
    """Return the registry of all documents in a folder."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.graphql"))]
    return {document_id(text): text for text in texts}


def load(path: Path | None, *, only: bool = False) -> Documents:
    """Read a registry file, and refuse one whose digests do not match."""
    if path is None:
        return Documents({})
    try:
        known = orjson.loads(path.read_bytes())
        sound = isinstance(known, dict) and all(document_id(known[id_]) == id_ for id_ in known)
    except (OSError, ValueError, AttributeError) as problem:
        raise SettingsError(f"HUDDLE_DOCUMENTS cannot be read: {path}") from problem
    if not sound:
        raise SettingsError(
            f"HUDDLE_DOCUMENTS is damaged; make it anew with `huddle documents`: {path}"
        )
    return Documents(known, only=only)
