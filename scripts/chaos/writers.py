"""Writers that send each mutation until it is acknowledged, always with the same idempotency key."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from schema.ids import encode
from scripts.chaos.readers import AWAY
from scripts.chaos.scene import INVITEES, Place, Scene

WRITERS = 6
PAUSE_SECONDS = 0.12
ANSWER_SECONDS = 6.0
AGAIN_SECONDS = (0.05, 0.2)
REPEATED = 0.05
CANARY = "CANARY"

NOTE = "mutation ($input: PostNoteInput!) { it: postNote(input: $input) { note { id } errors { code } } }"
REPLY = "mutation ($input: SendReplyInput!) { it: sendReply(input: $input) { message { id } errors { code } } }"
SAY = """mutation ($input: SendCustomerMessageInput!) {
  it: sendCustomerMessage(input: $input) { message { id } errors { code } } }"""
INVITE = """mutation ($input: InviteAgentsInput!) {
  it: inviteAgents(input: $input) { results { invitation { id } } errors { code } } }"""
ACCEPT = """mutation ($input: AcceptInvitationInput!) {
  it: acceptInvitation(input: $input) { invitation { id } errors { code } } }"""
DECLINE = ACCEPT.replace("acceptI", "declineI").replace("AcceptI", "DeclineI")
REVOKE = ACCEPT.replace("acceptI", "revokeI").replace("AcceptI", "RevokeI")
LEAVE = """mutation ($input: LeaveConversationInput!) {
  it: leaveConversation(input: $input) { errors { code } } }"""


@dataclass
class Ledger:
    """What was acknowledged: `texts` by key, invitations by id, answers by invitation and verb."""

    texts: dict[str, str] = field(default_factory=dict)
    invited: dict[str, str] = field(default_factory=dict)
    answered: list[tuple[str, str]] = field(default_factory=list)
    begun: dict[str, float] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    repeated: int = 0
    unequal: int = 0  # repeats that were answered otherwise

    def acknowledge(self) -> None:
        self.acknowledged += 1


@dataclass
class Writer:
    scene: Scene
    address: str
    ledger: Ledger
    session: aiohttp.ClientSession
    chance: Random

    async def write(self) -> None:
        while True:
            await self.one(self.chance.choice(self.scene.places))
            await asyncio.sleep(self.chance.expovariate(1 / PAUSE_SECONDS))

    async def one(self, place: Place) -> None:
        deed = self.chance.choices((self._note, self._reply, self._say, self._invite), (5, 3, 3, 3))
        await deed[0](place)

    async def everything(self, place: Place) -> None:
        """Let something happen in each of the place's streams."""
        await self._note(place)
        await self._reply(place)

    async def _note(self, place: Place) -> None:
        text = f"{CANARY}-{secrets.token_hex(8)}"
        token = self.scene.agent(f"lead-{place.number}")
        await self._tell(NOTE, token, text, conversationId=place.node)

    async def _reply(self, place: Place) -> None:
        token = self.scene.agent(f"help-{place.number}")
        await self._tell(REPLY, token, "A reply.", conversationId=place.node)

    async def _say(self, place: Place) -> None:
        await self._tell(SAY, self.scene.customer(place), "A question.")

    async def _tell(self, document: str, token: str, text: str, **input_: Any) -> None:
        key = f"key-{secrets.token_hex(8)}"
        said = f"{key} {text}"
        answer = await self._send(document, token, key, {**input_, "text": said})
        if answer is not None:
            self.ledger.texts[key] = (answer.get("note") or answer.get("message"))["id"]

    async def _invite(self, place: Place) -> None:
        """Invite somebody; then they accept and leave, or decline, or are disinvited, or time runs out."""
        guest = f"guest-{self.chance.randrange(INVITEES)}"
        target = {"target": {"agentId": encode("Agent", self.scene.world.agents[guest])}}
        lead = self.scene.agent(f"lead-{place.number}")
        asked = {"conversationId": place.node, "invitees": [target]}
        key = f"key-{secrets.token_hex(8)}"
        answer = await self._send(INVITE, lead, key, {**asked, "background": key})
        if answer is None:
            return
        invitation = answer["results"][0]["invitation"]["id"]
        self.ledger.invited[key] = invitation
        await self._answer(place, guest, lead, invitation)

    async def _answer(self, place: Place, guest: str, lead: str, invitation: str) -> None:
        verb = self.chance.choice(("ACCEPTED", "DECLINED", "REVOKED", "EXPIRED", "EXPIRED"))
        documents = {"ACCEPTED": ACCEPT, "DECLINED": DECLINE, "REVOKED": REVOKE}
        if verb not in documents:
            return
        token = lead if verb == "REVOKED" else self.scene.agent(guest)
        key = f"key-{secrets.token_hex(8)}"
        if await self._send(documents[verb], token, key, {"invitationId": invitation}) is None:
            return
        self.ledger.answered.append((invitation, verb))
        if verb == "ACCEPTED":
            key = f"key-{secrets.token_hex(8)}"
            await self._send(LEAVE, token, key, {"conversationId": place.node})

    async def _send(self, document: str, token: str, key: str, input_: dict[str, Any]) -> Any:
        """Return the payload once it is acknowledged, None when it was refused."""
        input_["idempotencyKey"] = key
        self.ledger.begun[key] = time.perf_counter()
        payload = await self._until_answered(document, token, input_)
        if payload["errors"]:
            self.ledger.refused.update(error["code"] for error in payload["errors"])
            return None
        self.ledger.acknowledge()
        if self.chance.random() < REPEATED:
            self.ledger.repeated += 1
            again = await self._until_answered(document, token, input_)
            self.ledger.unequal += again != payload
        return payload

    async def _until_answered(self, document: str, token: str, input_: dict[str, Any]) -> Any:
        while True:
            answer = await self._try(document, token, input_)
            if answer is not None and not answer.get("errors"):
                return answer["data"]["it"]
            for error in (answer or {}).get("errors", []):
                self.ledger.refused[error["extensions"]["code"]] += 1
            await asyncio.sleep(self.chance.uniform(*AGAIN_SECONDS))

    async def _try(self, document: str, token: str, input_: dict[str, Any]) -> Any:
        """Return the answer, or None when there was none: nobody knows what became of it."""
        asked = {"query": document, "variables": {"input": input_}}
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        try:
            async with (
                asyncio.timeout(ANSWER_SECONDS),
                self.session.post(f"{self.address}/graphql", json=asked, headers=headers) as reply,
            ):
                return await reply.json(content_type=None) if reply.status < 500 else None
        except (*AWAY, ValueError):
            return None
