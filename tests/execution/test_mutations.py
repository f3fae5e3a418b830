"""A mutation whose answer goes wrong is finished by graphql-core, and is not run again."""

from __future__ import annotations

from typing import Any

import pytest

from models.invitations import invitations
from models.messages import notes
from tests.execution.twins import Twin, twins
from tests.service import node_id
from tests.steps import conversation_id

__all__ = ["twins"]

pytestmark = pytest.mark.one_database  # nothing here depends on which

INVITE_AND_ASK_TOO_MUCH = """mutation ($input: InviteAgentsInput!, $note: PostNoteInput!) {
  inviteAgents(input: $input) { results { invitation { conversation { notes(first: 1000) { nodes { id } } } } } }
  postNote(input: $note) { note { text } }
}"""
NOTE_AND_REFUSED = """mutation ($note: PostNoteInput!, $bad: LeaveConversationInput!) {
  first: postNote(input: $note) { note { text author { name department { name } } } }
  leaveConversation(input: $bad) { errors { code } }
  second: postNote(input: $note) { note { text } }
}"""


async def test_an_invitation_is_sent_once(twins: list[Twin]) -> None:
    for twin, key in zip(twins, ("wang", "chen"), strict=True):
        here, agent = conversation_id(twin.service), twin.service.world.agents[key]
        invite = {
            "conversationId": here,
            "invitees": [{"target": {"agentId": node_id("Agent", agent)}}],
        }
        given = {"input": invite, "note": {"conversationId": here, "text": "once"}}
        answer = await twin.over_http("lin", INVITE_AND_ASK_TOO_MUCH, given)
        assert b'"path":["inviteAgents","results",0,"invitation","conversation","notes"]' in answer
        assert b'"postNote":{"note":{"text":"once"}}' in answer
        assert answer.count(b'"code"') == 1
    rows = await twins[0].rows()
    assert rows[invitations.name] == rows[notes.name] == 2


async def test_what_follows_a_refused_one_is_run_once(twins: list[Twin]) -> None:
    here = conversation_id(twins[0].service)
    given: dict[str, Any] = {
        "note": {"conversationId": here, "text": "once"},
        "bad": {"conversationId": "no id"},
    }
    for number, twin in enumerate(twins, 1):
        answer = await twin.over_http("lin", NOTE_AND_REFUSED, given)
        assert b'"leaveConversation":null,"second":{"note":{"text":"once"}}' in answer
        assert (await twin.rows())[notes.name] == 2 * number
