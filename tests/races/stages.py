"""Two ways to take the same steps: through the use cases of this process, and over HTTP from two servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Protocol
from uuid import UUID

from domain.permissions import Permission
from resolvers.answers import accept_invitation, decline_invitation, revoke_invitation
from resolvers.conversations import close_conversation
from tests.documents import ACCEPT
from tests.races.arena import CRASHED, OK, Arena, Outcome
from tests.races.documents import CLOSE, DECLINE, REVOKE
from tests.service import Service, node_id


class Stage(Protocol):
    async def accept(self, key: str, invitation_id: UUID) -> Outcome: ...

    async def decline(self, key: str, invitation_id: UUID) -> Outcome: ...

    async def revoke(self, key: str, invitation_id: UUID) -> Outcome: ...

    async def close(self, key: str, conversation_id: UUID) -> Outcome: ...


@dataclass
class InProcess:
    arena: Arena

    async def accept(self, key: str, invitation_id: UUID) -> Outcome:
        return await self.arena.attempt(
            key, lambda work, asker: accept_invitation(work, asker, invitation_id)
        )

    async def decline(self, key: str, invitation_id: UUID) -> Outcome:
        return await self.arena.attempt(
            key, lambda work, asker: decline_invitation(work, asker, invitation_id, None, None)
        )

    async def revoke(self, key: str, invitation_id: UUID) -> Outcome:
        return await self.arena.attempt(
            key, lambda work, asker: revoke_invitation(work, asker, invitation_id)
        )

    async def close(self, key: str, conversation_id: UUID) -> Outcome:
        return await self.arena.attempt(
            key,
            lambda work, asker: close_conversation(work, asker, conversation_id, None, None),
            Permission.CLOSE,
        )


class OverHttp:
    """Each request goes to the server whose turn it is."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.turns = cycle(services)

    async def accept(self, key: str, invitation_id: UUID) -> Outcome:
        return await self.send(key, ACCEPT, invitationId=node_id("Invitation", invitation_id))

    async def decline(self, key: str, invitation_id: UUID) -> Outcome:
        return await self.send(key, DECLINE, invitationId=node_id("Invitation", invitation_id))

    async def revoke(self, key: str, invitation_id: UUID) -> Outcome:
        return await self.send(key, REVOKE, invitationId=node_id("Invitation", invitation_id))

    async def close(self, key: str, conversation_id: UUID) -> Outcome:
        id_ = node_id("Conversation", conversation_id)
        return await self.send(key, CLOSE, conversationId=id_)

    async def send(self, key: str, document: str, **input_: Any) -> Outcome:
        answer = await next(self.turns).agent(key).ask(document, input=input_)
        if "errors" in answer:
            return Outcome(CRASHED, crash=str(answer["errors"]))
        (payload,) = answer["data"].values()
        return Outcome(payload["errors"][0]["code"] if payload["errors"] else OK)
