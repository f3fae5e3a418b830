"""Opaque ids: a type's name and a UUID, as `Node.id` shows them."""

from __future__ import annotations

import binascii
from functools import lru_cache
from uuid import UUID

import strawberry
from strawberry.relay.utils import from_base64

from domain.errors import BadUserInput
from models.columns import QuickUUID
from resolvers.reads.paging import LARGEST
from schema.fields import given

MALFORMED = "This is not an id of this service."


def _encoded(type_name: str, id_: UUID) -> str:
    return binascii.b2a_base64(f"{type_name}:{id_}".encode(), newline=False).decode()


encode = lru_cache(maxsize=16_384)(_encoded)  # the same few are told again and again


def decode_any(id_: str) -> tuple[str, UUID]:
    """Return the type's name and the UUID, or fail with BAD_USER_INPUT."""
    try:
        type_name, value = from_base64(id_)
        read = QuickUUID(value)
    except (ValueError, binascii.Error) as error:
        raise BadUserInput(MALFORMED) from error
    if _encoded(type_name, read) != id_:  # not remembered: clients choose it
        raise BadUserInput(MALFORMED)
    return type_name, read


def decode(id_: str, expected: str) -> UUID:
    """Return the UUID of an id of the expected type, or fail with BAD_USER_INPUT."""
    type_name, value = decode_any(id_)
    if type_name != expected:
        article = "an" if type_name[:1] in "AEIOU" else "a"
        raise BadUserInput(
            f"This is the id of {article} {type_name[:40]}; the id of {expected} is needed."
        )
    return value


def decode_list(values: list[strawberry.ID] | None, kind: str) -> list[UUID] | None:
    """Return the UUIDs of an optional list of ids."""
    chosen = given(values)
    if chosen is not None and len(chosen) > LARGEST:
        raise BadUserInput(f"At most {LARGEST} ids at once; these are {len(chosen)}.")
    return None if chosen is None else [decode(value, kind) for value in chosen]
