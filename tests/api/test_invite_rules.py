"""What the rules advise in a conversation, and who may set them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from domain.conversations import ConversationClass, CustomerTier
from models.agents import AgentSkill, agents, skills
from models.audit import entries
from models.conversations import conversations, customers
from models.invite_rules import invite_rules
from models.unit_of_work import unit_of_work
from tests.api.asking import act, code_of, rows
from tests.api.test_statements import counted
from tests.guests import allow
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, join
from tests.world import change

SUGGEST = """
query ($id: ID!) {
  inviteSuggestions(conversationId: $id) {
    rule { slug reason role urgency people automatic }
    candidates { agent { name } score reason matchedSkills { level skill { slug } } }
  }
}
"""
RULES = "{ inviteRules { id slug enabled automatic people words version reason } }"
TOPICS = {"api": "technical", "billing": "business", "refunds": "complaint"}
KNOWING = {"wang": ("api", 5), "chen": ("api", 3), "sun": ("billing", 4), "zhao": ("refunds", 4)}


async def prepare(service: Service) -> None:
    world = service.world
    for slug, topic in TOPICS.items():
        named = sa.update(skills).where(skills.c.id == world.skills[slug])
        await change(service.database, named.values(topic=topic))
    async with unit_of_work(service.database, lambda heads: None) as work:
        await work.add_all(
            [
                AgentSkill(agent_id=world.agents[key], skill_id=world.skills[slug], level=level)
                for key, (slug, level) in KNOWING.items()
            ]
        )


async def customer_is(service: Service, **facts: Any) -> None:
    await change(service.database, sa.update(customers).values(**facts))


async def classed(service: Service, *kinds: ConversationClass) -> None:
    here = sa.update(conversations).where(conversations.c.id == service.world.conversation)
    await change(service.database, here.values(classes=frozenset(kinds)))


async def suggested(service: Service) -> dict[str, Data]:
    asked = {"id": conversation_id(service)}
    answer = await service.agent("lin").run(SUGGEST, **asked)
    return {each["rule"]["slug"]: each for each in answer["inviteSuggestions"]}


def names(suggestion: Data) -> list[str]:
    return [each["agent"]["name"] for each in suggestion["candidates"]]


async def test_no_rule_names_an_outside_expert(service: Service) -> None:
    """R53: they come as guests with an end, invited by hand, whoever asks."""
    await prepare(service)
    knows = AgentSkill(
        agent_id=service.world.agents["ext"], skill_id=service.world.skills["api"], level=5
    )
    async with unit_of_work(service.database, lambda heads: None) as work:
        await work.add(knows)
    await allow(service)
    assert names((await suggested(service))["technical"]) == ["Wang", "Chen"]


async def test_the_problem_decides_whom_to_invite(service: Service) -> None:
    """R111: the subject speaks of the API."""
    await prepare(service)
    found = await suggested(service)
    assert list(found) == ["technical"]
    assert names(found["technical"]) == ["Wang", "Chen"]
    assert found["technical"]["rule"]["role"] == "EXPERT"
    assert found["technical"]["rule"]["reason"].startswith("A technical problem")


async def test_a_complaint_is_for_a_supervisor(service: Service) -> None:
    """R113, R120: a supervisor who knows complaints; what is escalated needs somebody experienced, at once."""
    await prepare(service)
    said = "mutation($input: SendCustomerMessageInput!) { sendCustomerMessage(input: $input) { errors { code } } }"
    await service.customer().run(said, input={"text": "Refunds! Refunds! I am furious."})
    await classed(service, ConversationClass.COMPLAINT)
    found = await suggested(service)
    assert {"complaint", "escalated-complaint", "emotions"} <= set(found)
    assert names(found["complaint"]) == ["Zhao"]
    assert found["complaint"]["rule"]["role"] == "SUPERVISOR"
    assert found["emotions"]["rule"]["urgency"] == "IMMEDIATE"
    assert names(found["emotions"]) == ["Zhao"]


async def test_the_customer_decides_whom_to_invite(service: Service) -> None:
    """R115, R116, R117, R118: several for a VIP, a coach for somebody new, and those who may leave or buy."""
    await prepare(service)
    await customer_is(service, tier=CustomerTier.VIP, churn_risk=True, opportunity=True)
    found = await suggested(service)
    assert list(found) == ["technical", "vip", "churn-risk", "opportunity"]
    assert found["vip"]["rule"]["people"] == 2
    assert names(found["vip"]) == ["Wang", "Chen"]
    assert names(found["churn-risk"]) == []  # nobody knows retention here, and that is told
    await customer_is(service, tier=CustomerTier.NEW, churn_risk=False, opportunity=False)
    found = await suggested(service)
    assert found["new-customer"]["rule"]["role"] == "COACH"
    assert names(found["new-customer"]) == ["Wang"]  # Chen is not experienced enough


async def test_urgency_decides_whom_to_invite(service: Service) -> None:
    """R119: a failure that hits the customer's business needs the most capable, at once."""
    await prepare(service)
    await classed(service, ConversationClass.URGENT)
    found = await suggested(service)
    assert names(found["urgent-failure"]) == ["Wang"]
    assert found["urgent-failure"]["rule"]["urgency"] == "IMMEDIATE"


async def test_only_who_can_be_invited_is_suggested(service: Service) -> None:
    """R25, R173: the same reasons as everywhere."""
    await prepare(service)
    busy = sa.update(agents).where(agents.c.id == service.world.agents["wang"])
    await change(service.database, busy.values(stated_presence=AgentPresence.DO_NOT_DISTURB))
    assert names((await suggested(service))["technical"]) == ["Chen"]


async def rule(service: Service, slug: str) -> Data:
    rules = (await service.agent("admin").run(RULES))["inviteRules"]
    found: Data = next(each for each in rules if each["slug"] == slug)
    return found


async def test_an_admin_sets_a_rule(service: Service) -> None:
    """R111-R122: rules are data of the organization; another organization keeps its own."""
    await prepare(service)
    seen = await rule(service, "technical")
    assert (seen["enabled"], seen["version"]) == (True, 1)
    set_ = {"inviteRuleId": seen["id"], "expectedVersion": 1, "enabled": False}
    done = await act(
        service.agent("admin"), "updateInviteRule", "inviteRule { enabled version id }", **set_
    )
    assert done["inviteRule"] == {"enabled": False, "version": 2, "id": seen["id"]}
    assert await suggested(service) == {}
    late = await act(service.agent("admin"), "updateInviteRule", **set_)
    assert codes(late) == ["VERSION_CONFLICT"]
    assert late["errors"][0]["currentVersion"] == 2
    others = (await service.agent("other").run(RULES))["inviteRules"]
    assert {each["enabled"] for each in others} == {True}
    again = {**set_, "expectedVersion": 2, "enabled": True, "reason": "Ask early.", "people": 2}
    assert codes(await act(service.agent("admin"), "updateInviteRule", **again)) == []
    assert (await rule(service, "technical"))["reason"] == "Ask early."


async def test_a_rule_that_is_set_to_what_it_is_stays(service: Service) -> None:
    """R172: its version, and a usual rule remains one."""
    seen, admin = await rule(service, "technical"), service.agent("admin")
    same = {"inviteRuleId": seen["id"], "enabled": True, "reason": f" {seen['reason']} "}
    done = await act(admin, "updateInviteRule", "inviteRule { version }", expectedVersion=1, **same)
    assert done["inviteRule"] == {"version": 1}
    assert codes(await act(admin, "updateInviteRule", expectedVersion=2, **same)) == [
        "VERSION_CONFLICT"
    ]
    assert await rows(service, invite_rules) == []
    assert await rows(service, entries, entries.c.outcome == "OK") == []


@pytest.mark.one_database
@pytest.mark.parametrize("wrong", [{"people": 9}, {"reason": " "}, {"urgency": None}])
async def test_what_cannot_be_set_is_refused(service: Service, wrong: dict[str, Any]) -> None:
    seen = await rule(service, "vip")
    set_ = {"inviteRuleId": seen["id"], "expectedVersion": 1, **wrong}
    assert codes(await act(service.agent("admin"), "updateInviteRule", **set_)) == ["INVALID_INPUT"]


async def test_a_rule_of_another_organization_is_unknown(service: Service) -> None:
    """R156: by its id or in any other way."""
    theirs = (await service.agent("other").run(RULES))["inviteRules"][0]["id"]
    set_ = {"inviteRuleId": theirs, "expectedVersion": 1, "enabled": False}
    assert codes(await act(service.agent("admin"), "updateInviteRule", **set_)) == ["NOT_FOUND"]
    mine = await rule(service, "technical")
    document = "query ($id: ID!) { node(id: $id) { ... on InviteRule { slug } } }"
    seen = await service.agent("lin").run(document, id=mine["id"])
    assert seen["node"] == {"slug": "technical"}
    assert (await service.agent("other").run(document, id=mine["id"]))["node"] is None


@pytest.mark.parametrize("asker", ["lin", "zhao", "ext"])
async def test_only_admins_set_rules(service: Service, asker: str) -> None:
    """R156: the right is organization-wide."""
    seen = await rule(service, "vip")
    document = "mutation ($input: UpdateInviteRuleInput!) { updateInviteRule(input: $input) { errors { code } } }"
    set_ = {"inviteRuleId": seen["id"], "expectedVersion": 1, "enabled": False}
    assert await code_of(service.agent(asker), document, input=set_) == "FORBIDDEN"


@pytest.mark.parametrize(
    ("asker", "expected"),
    [("other", None), ("mei", None), ("zhao", "FORBIDDEN"), ("sun", "FORBIDDEN")],
)
async def test_only_who_may_invite_is_advised(
    service: Service, asker: str, expected: str | None
) -> None:
    """R156: as for recommendations."""
    await join(service, "sun")
    answer = await service.agent(asker).ask(SUGGEST, id=conversation_id(service))
    if expected is None:
        assert answer["data"] == {"inviteSuggestions": None}
        unknown = node_id("Conversation", service.world.agents["lin"])
        assert await service.agent(asker).ask(SUGGEST, id=unknown) == answer
    else:
        assert answer["errors"][0]["extensions"]["code"] == expected


async def test_statements_do_not_grow_with_the_rules(service: Service) -> None:
    """R169, R172: as many for one rule as for several."""
    await prepare(service)
    await suggested(service)  # housekeeping runs once at the start
    one = await counted(service, lambda: suggested(service))
    await customer_is(service, tier=CustomerTier.VIP, churn_risk=True, opportunity=True)
    assert await counted(service, lambda: suggested(service)) == one <= 13
