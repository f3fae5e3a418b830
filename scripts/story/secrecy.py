"""What no byte that a customer receives may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from graphql import build_schema, is_interface_type, is_introspection_type, is_object_type

from scripts.story.people import Data
from scripts.story.telling import expect, expect_that

SCHEMA = Path(__file__).resolve().parent.parent.parent / "schema.graphql"

FOR_CUSTOMERS = frozenset(
    {
        "CustomerConversation",
        "CustomerConversationEnded",
        "CustomerConversationSnapshot",
        "PageInfo",
        "SendCustomerMessagePayload",
        "ServiceIdentity",
        "TranscriptMessage",
        "TranscriptMessageAdded",
        "TranscriptMessageConnection",
    }
)


def check_bytes(received: bytes, people: Sequence[Data], notes: Sequence[Data]) -> str:
    """Find no trace of a person, a note or an agents' type; return what was searched for where."""
    expect_that(
        "the customer received something", b"TranscriptMessageAdded" in received, len(received)
    )
    secrets = {*_names(people), *(note["text"] for note in notes), *_types()}
    for secret in sorted(secrets):
        expect(f"{secret!r} among the customer's bytes", _occurs(secret, received), False)
    return (
        f"{len(received)} bytes received: no trace of {len(people)} agents, {len(notes)} notes, "
        f"{len(_types())} types of agents"
    )


def _names(people: Sequence[Data]) -> Iterator[str]:
    for agent in people:
        yield from (agent["id"], agent["name"], agent["email"])
        if agent["alias"]:
            yield agent["alias"]


def _types() -> set[str]:
    """Return the names of all types that customers have no business with, as JSON has them."""
    known = build_schema(SCHEMA.read_text(encoding="utf-8")).type_map
    return {
        f'"{name}"'
        for name, kind in known.items()
        if (is_object_type(kind) or is_interface_type(kind))
        and not is_introspection_type(kind)
        and name not in FOR_CUSTOMERS
    }


def _occurs(secret: str, received: bytes) -> bool:
    """Look for the text as it is, and as JSON escapes it."""
    return secret.encode() in received or json.dumps(secret)[1:-1].encode() in received
