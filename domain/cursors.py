"""A place in a stream that survives restarts: stream, sequence, digest of the event there, epoch."""

from __future__ import annotations

import binascii
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from domain.errors import BadUserInput

LAYOUT = struct.Struct(">B16sQ8s16s")
VERSION = 1
NOTHING = bytes(8)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`digest` is the first 8 bytes of SHA-256 of the event id at `sequence`; zeros before any event."""

    stream_id: UUID
    sequence: int
    digest: bytes
    epoch: UUID

    def __str__(self) -> str:
        packed = LAYOUT.pack(
            VERSION, self.stream_id.bytes, self.sequence, self.digest, self.epoch.bytes
        )
        return urlsafe_b64encode(packed).rstrip(b"=").decode()


def digest_of(event_id: UUID) -> bytes:
    return sha256(event_id.bytes).digest()[:8]


def read_cursor(text: str) -> Cursor:
    """Return the cursor that `text` names, or fail with BAD_USER_INPUT."""
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        version, stream, sequence, digest, epoch = LAYOUT.unpack(packed)
    except (binascii.Error, ValueError, struct.error) as error:
        raise BadUserInput("This is not a cursor of this service.") from error
    if version != VERSION or sequence >= 2**63:
        raise BadUserInput("This is not a cursor of this service.")
    cursor = Cursor(UUID(bytes=stream), sequence, digest, UUID(bytes=epoch))
    if str(cursor) != text:
        raise BadUserInput("This is not a cursor of this service.")
    return cursor
