"""The tokens that the page about authentication shows are believed, with the settings that it shows."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest

from server.settings import Settings
from server.tokens import BadToken, Expected, verify
from tests.docs.blocks import ROOT, Block, blocks
from tests.docs.test_pages import read_settings

pytestmark = pytest.mark.one_database

SECRET = "a secret for the pages only, long enough"
FOUND = blocks(ROOT / "docs/authentication.md")


def of(language: str) -> list[Block]:
    return [block for block in FOUND if block.language == language]


def believed(payload: dict[str, Any], chosen: Settings) -> Any:
    now = int(time.time())
    token = jwt.encode(payload | {"iat": now, "exp": now + 60}, SECRET, "HS256")
    expected = Expected(chosen.jwt_issuer, chosen.jwt_audience, chosen.jwt_claims)
    return verify(SECRET, token, expected=expected)


def test_each_example_is_believed_with_its_settings() -> None:
    mapped, plain = [json.loads(block.text) for block in of("json")]
    (shown,) = [read_settings(block) for block in of("ini")]
    agent, customer = believed(mapped, shown), believed(plain, Settings())
    assert str(agent.subject_id) == mapped["https://example.com/huddle_id"]
    assert agent.kind == "AGENT"
    assert str(customer.conversation_id) == plain["conversation"]


def test_with_other_settings_they_are_not() -> None:
    mapped, plain = [json.loads(block.text) for block in of("json")]
    (shown,) = [read_settings(block) for block in of("ini")]
    for payload, chosen in ((mapped, Settings()), (plain, shown)):
        with pytest.raises(BadToken):
            believed(payload, chosen)
