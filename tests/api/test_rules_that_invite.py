"""Rules that invite by themselves when a conversation is opened."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from domain.actors import ActorKind
from models.audit import entries
from models.organizations import policies
from models.unit_of_work import UnitOfWork
from resolvers import inviting_by_rule
from resolvers.invitations import invite_agents
from tests.api.asking import act
from tests.api.test_invite_rules import prepare, rule
from tests.service import Data, Service, codes
from tests.world import change, set_policy

OPEN = """mutation ($input: OpenConversationInput!) { openConversation(input: $input) { errors { code } conversation {
  seats { taken }
  invitations { nodes { status role background invitee { name } inviter { name } } }
  events { nodes { __typename actor { kind } } } } } }"""


async def automatic(service: Service) -> None:
    seen = await rule(service, "vip")
    set_ = {"inviteRuleId": seen["id"], "expectedVersion": 1, "automatic": True}
    assert codes(await act(service.agent("admin"), "updateInviteRule", **set_)) == []


async def opened(service: Service, subject: str = "The API answers 502", **customer: Any) -> Data:
    new = {"externalId": "new", "displayName": "New", **customer}
    input_ = {"customer": {"new": new}, "subject": subject}
    payload = (await service.agent("lin").run(OPEN, input=input_))["openConversation"]
    assert codes(payload) == []
    found: Data = payload["conversation"]
    return found


async def test_a_rule_may_invite_by_itself(service: Service) -> None:
    """R115: opening a VIP's conversation invites several people at once, as the system, in the primary's name."""
    await prepare(service)
    await automatic(service)
    here = await opened(service, tier="VIP")
    sent = here["invitations"]["nodes"]
    assert {each["invitee"]["name"] for each in sent} == {"Wang", "Chen"}
    assert {each["inviter"]["name"] for each in sent} == {"Lin"}
    assert sent[0]["background"].startswith("A VIP customer")
    assert here["seats"] == {"taken": 2}
    created = [e for e in here["events"]["nodes"] if e["__typename"] == "InvitationCreated"]
    assert {each["actor"]["kind"] for each in created} == {"SYSTEM"}
    noted = await service.database.all(
        sa.select(entries).where(entries.c.operation == "inviteByRule")
    )
    assert [(row.actor_kind, row.outcome) for row in noted] == [(ActorKind.SYSTEM, "OK")]


async def test_other_customers_and_other_rules_invite_nobody(service: Service) -> None:
    """R115: only what is automatic, only where it applies."""
    await prepare(service)
    assert (await opened(service, tier="VIP"))["seats"] == {"taken": 0}
    await automatic(service)
    assert (await opened(service, externalId="another"))["seats"] == {"taken": 0}


async def test_limits_hold_for_rules_too(service: Service) -> None:
    """R115, R173, R184: who cannot be invited is not, and one seat takes one person."""
    await prepare(service)
    await automatic(service)
    await set_policy(service.database, service.world, standard_limit=1)
    assert (await opened(service, tier="VIP"))["seats"] == {"taken": 1}
    await change(service.database, sa.update(policies).values(enabled=False))
    assert (await opened(service, tier="VIP"))["seats"] == {"taken": 0}


async def test_a_rule_that_fails_does_not_hinder_the_opening(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R115, R170: what it had begun is undone."""
    await prepare(service)
    await automatic(service)

    async def fail(work: UnitOfWork, *rest: object) -> None:
        await invite_agents(work, *rest)  # type: ignore[arg-type]  # what it was called with
        raise RuntimeError("The rule is broken.")

    monkeypatch.setattr(inviting_by_rule, "invite_agents", fail)
    here = await opened(service, tier="VIP")
    assert here["seats"] == {"taken": 0}
    assert here["invitations"]["nodes"] == []
    kinds = [each["__typename"] for each in here["events"]["nodes"]]
    assert kinds == ["ConversationOpened"]
