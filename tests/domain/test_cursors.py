"""A cursor survives its way through a client; anything else is refused."""

from __future__ import annotations

import os
import random
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from domain.cursors import LAYOUT, NOTHING, VERSION, Cursor, digest_of, read_cursor
from domain.errors import BadUserInput

STREAM, EPOCH = UUID(int=1), UUID(int=2)
CURSOR = Cursor(STREAM, 7, b"8 bytes.", EPOCH)


def encoded(version: int = VERSION, sequence: int = 7) -> str:
    packed = LAYOUT.pack(version, STREAM.bytes, sequence, b"8 bytes.", EPOCH.bytes)
    return urlsafe_b64encode(packed).rstrip(b"=").decode()


@pytest.mark.parametrize("sequence", [0, 1, 7, 2**32, 2**63 - 1])
def test_a_cursor_reads_back(sequence: int) -> None:
    cursor = Cursor(uuid4(), sequence, os.urandom(8), uuid4())
    assert read_cursor(str(cursor)) == cursor


def test_its_text_is_opaque_and_fit_for_an_address() -> None:
    assert str(CURSOR) == encoded()
    assert str(CURSOR).replace("-", "").replace("_", "").isalnum()


def test_padding_is_no_part_of_it() -> None:
    assert "=" not in str(CURSOR)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "not a cursor",
        "ü" * 66,
        "\x00",
        str(CURSOR)[:-1],
        str(CURSOR) + "AAAA",
        encoded(version=0),
        encoded(version=VERSION + 1),
        encoded(sequence=2**63),
    ],
)
def test_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(BadUserInput, match="not a cursor") as refused:
        read_cursor(text)
    assert refused.value.extensions == {"code": "BAD_USER_INPUT"}


def test_random_bytes_are_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(20)
    for _ in range(2_000):
        noise = chance.randbytes(chance.randrange(80))
        for text in (noise.decode("latin-1"), urlsafe_b64encode(noise).decode()):
            try:
                read = read_cursor(text)
            except BadUserInput:
                continue
            assert read_cursor(str(read)) == read


def test_the_digest_is_the_beginning_of_a_hash() -> None:
    event = uuid4()
    assert digest_of(event) == sha256(event.bytes).digest()[:8]
    assert len(NOTHING) == 8
