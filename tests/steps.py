"""Steps that many tests take first: inviting and accepting as a user does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from schema.ids import decode
from tests.documents import ACCEPT, INVITE, POST_NOTE
from tests.service import Data, Service, codes, node_id


def conversation_id(service: Service) -> str:
    return node_id("Conversation", service.world.conversation)


async def invite(
    service: Service,
    inviter: str,
    *invitees: str,
    conversation: UUID | None = None,
    request: dict[str, Any] | None = None,
    **offer: Any,
) -> Data:
    """Invite by keys; `offer` is told to each invitee's input, `request` to the whole one. Return the payload."""
    named = [
        {"target": {"agentId": node_id("Agent", service.world.agents[key])}, **offer}
        for key in invitees
    ]
    where = node_id("Conversation", conversation or service.world.conversation)
    input_ = {"conversationId": where, "invitees": named, **(request or {})}
    payload: Data = (await service.agent(inviter).run(INVITE, input=input_))["inviteAgents"]
    return payload


async def invited(
    service: Service,
    inviter: str,
    invitee: str,
    conversation: UUID | None = None,
    request: dict[str, Any] | None = None,
    **offer: Any,
) -> str:
    """Return the id of an invitation that was sent."""
    payload = await invite(
        service, inviter, invitee, conversation=conversation, request=request, **offer
    )
    assert codes(payload) == []
    id_: str = payload["results"][0]["invitation"]["id"]
    return id_


async def accept(service: Service, key: str, invitation: str) -> Data:
    answer = await service.agent(key).run(ACCEPT, input={"invitationId": invitation})
    payload: Data = answer["acceptInvitation"]
    return payload


async def join(service: Service, key: str, inviter: str = "lin", **offer: Any) -> str:
    """Let somebody be invited and accept; return the participant's id."""
    payload = await accept(service, key, await invited(service, inviter, key, **offer))
    assert codes(payload) == []
    id_: str = payload["participant"]["id"]
    return id_


async def note(service: Service, key: str, text: str) -> Data:
    input_ = {"conversationId": conversation_id(service), "text": text}
    payload: Data = (await service.agent(key).run(POST_NOTE, input=input_))["postNote"]
    return payload


def uuid_of(id_: str, kind: str) -> UUID:
    return decode(id_, kind)
