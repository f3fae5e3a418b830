"""Steps of tests about guests: somebody who may invite them, and their way in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from domain.actors import ActorKind, OrganizationRight
from models.agents import agents
from server.tokens import sign
from tests.api.asking import act
from tests.service import SECRET, Data, Person, Service, codes
from tests.steps import invited, join
from tests.world import FAR, change

LATER = FAR.isoformat()
GUEST: dict[str, Any] = {"role": "GUEST_EXPERT", "endsAt": LATER}


async def allow(service: Service, key: str = "lin") -> None:
    """Let somebody invite outside experts from now on."""
    right = frozenset({OrganizationRight.INVITE_EXTERNAL})
    row = agents.c.id == service.world.agents[key]
    await change(service.database, sa.update(agents).where(row).values(granted_rights=right))


async def guest_invited(service: Service, key: str = "ext", **offer: Any) -> str:
    await allow(service)
    return await invited(service, "lin", key, **{**GUEST, **offer})


async def guest_joined(service: Service, **offer: Any) -> str:
    """Let ext take part as a guest; return the participant's id."""
    await allow(service)
    return await join(service, "ext", **{**GUEST, **offer})


async def token_for(service: Service, invitation: str, key: str = "lin") -> Data:
    return await act(
        service.agent(key), "issueGuestToken", "token expiresAt", invitationId=invitation
    )


async def guest_with_token(service: Service, invitation: str) -> Person:
    """Return the guest as the inviter lets them in."""
    issued = await token_for(service, invitation)
    assert codes(issued) == []
    return Person(service, issued["token"])


def soon(seconds: int = 3600) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def bound(service: Service, key: str, conversation: Any = None) -> Person:
    """Return somebody with a token that names a conversation."""
    named = conversation or service.world.conversation
    return Person(service, sign(SECRET, ActorKind.AGENT, service.world.agents[key], named))
