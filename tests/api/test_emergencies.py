"""Emergencies: where they are allowed, what they skip, and how few there are."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.conversations import ConversationClass
from models.agents import agents
from tests.api.asking import heard, open_with
from tests.service import Data, Service, codes
from tests.steps import invite
from tests.world import change, set_policy

URGENT = {"emergency": True, "emergencyReason": "All shops are down"}


async def call(service: Service, invitee: str, place: UUID | None, **request: object) -> Data:
    return await invite(service, "lin", invitee, conversation=place, request=request)


async def test_an_emergency_skips_approval_and_do_not_disturb(service: Service) -> None:
    """R54: the invitee of another department hears of it at once."""
    place = await open_with(service, ConversationClass.URGENT)
    mei = service.world.agents["mei"]
    quiet = sa.update(agents).where(agents.c.id == mei)
    await change(service.database, quiet.values(stated_presence=AgentPresence.DO_NOT_DISTURB))
    assert codes(await call(service, "mei", place)) != []
    payload = await call(service, "mei", place, **URGENT)
    assert codes(payload) == []
    assert payload["results"][0]["invitation"]["status"] == "PENDING"
    assert await heard(service, mei) == ["InvitationCreated"]


async def test_an_emergency_is_justified_and_explained(service: Service) -> None:
    """R54: not in an ordinary conversation, and never without a reason."""
    assert codes(await call(service, "wang", None, **URGENT)) == ["EMERGENCY_NOT_JUSTIFIED"]
    place = await open_with(service, ConversationClass.COMPLAINT)
    assert codes(await call(service, "wang", place, emergency=True)) == ["INVALID_INPUT"]
    assert codes(await call(service, "wang", place, **URGENT)) == []


async def test_emergencies_are_few(service: Service) -> None:
    """R54, R168: a quota of their own; ordinary invitations go on."""
    await set_policy(service.database, service.world, emergencies_per_inviter_per_hour=1)
    place = await open_with(service, ConversationClass.URGENT)
    assert codes(await call(service, "wang", place, **URGENT)) == []
    assert codes(await call(service, "chen", place, **URGENT)) == ["RATE_LIMITED"]
    assert codes(await call(service, "chen", place)) == []
