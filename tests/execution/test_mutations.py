"""A mutation whose answer goes wrong is finished by graphql-core, and is not run again."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from models.invitations import invitations
from models.messages import notes
from tests.execution.test_product import Twins, twins
from tests.service import Service, node_id
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


async def test_an_invitation_is_sent_once(twins: Twins) -> None:
    service = twins.service
    here = conversation_id(service)
    for app, key in zip(twins.apps, ("wang", "chen"), strict=True):
        given = {"input": _invite(service, key), "note": {"conversationId": here, "text": "once"}}
        answer = await twins.ask(app, service.agent("lin"), INVITE_AND_ASK_TOO_MUCH, given)
        assert b'"path":["inviteAgents","results",0,"invitation","conversation","notes"]' in answer
        assert b'"postNote":{"note":{"text":"once"}}' in answer
        assert answer.count(b'"code"') == 1
    assert await _count(service, invitations) == await _count(service, notes) == 2


async def test_what_follows_a_refused_one_is_run_once(twins: Twins) -> None:
    service = twins.service
    here = conversation_id(service)
    given = {"note": {"conversationId": here, "text": "once"}, "bad": {"conversationId": "no id"}}
    for number, app in enumerate(twins.apps, 1):
        answer = await twins.ask(app, service.agent("lin"), NOTE_AND_REFUSED, given)
        assert b'"leaveConversation":null,"second":{"note":{"text":"once"}}' in answer
        assert await _count(service, notes) == 2 * number


def _invite(service: Service, key: str) -> dict[str, Any]:
    agent = node_id("Agent", service.world.agents[key])
    here = conversation_id(service)
    return {"conversationId": here, "invitees": [{"target": {"agentId": agent}}]}


async def _count(service: Service, table: sa.Table) -> int:
    counted = sa.select(sa.func.count()).select_from(table)
    number: int = (await service.database.all(counted))[0][0]
    return number
