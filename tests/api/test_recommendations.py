"""Recommending colleagues: who, in which order, with which scores and reasons, and for whom."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from models.agents import AgentSkill, SkillKeyword, TrackRecord, agents, leases, track_records
from models.unit_of_work import unit_of_work
from tests.api.asking import act, code_of
from tests.api.test_statements import counted
from tests.service import Data, Service, codes, node_id
from tests.steps import conversation_id, invited, join
from tests.world import add_agent, change, set_policy

RECOMMEND = """
query ($for: ID!, $text: String, $first: Int! = 5) {
  recommendCollaborators(conversationId: $for, text: $text, first: $first) {
    skills { relevance keywords level skill { slug } }
    candidates {
      agent { name } score reason
      factors { factor score weight }
      matchedSkills { level relevance keywords skill { slug } }
    }
    leftOut { agent { name } score reasons { code ... on LimitReachedError { limit current } } }
  }
}
"""
KEYWORDS = {
    "api": ["接口", "timeout", "sign in"],
    "billing": ["发票", "invoice"],
    "refunds": ["退款"],
}
KNOWING = {
    "wang": {"api": 5},
    "chen": {"api": 4, "billing": 1},
    "sun": {"billing": 5},
    "zhou": {"api": 1},
}


async def prepare(service: Service) -> None:
    world = service.world
    async with unit_of_work(service.database, lambda heads: None) as work:
        await work.add_all(
            [
                SkillKeyword(skill_id=world.skills[slug], keyword=keyword)
                for slug, keywords in KEYWORDS.items()
                for keyword in keywords
            ]
        )
        await work.add_all(
            [
                AgentSkill(agent_id=world.agents[key], skill_id=world.skills[slug], level=level)
                for key, skills in KNOWING.items()
                for slug, level in skills.items()
            ]
        )


async def recommended(service: Service, text: str | None = None, first: int = 5) -> Data:
    lin = service.agent("lin")
    answer = await lin.run(RECOMMEND, **{"for": conversation_id(service)}, text=text, first=first)
    found: Data = answer["recommendCollaborators"]
    return found


def names(found: Data, which: str = "candidates") -> list[str]:
    return [each["agent"]["name"] for each in found[which]]


async def state(service: Service, key: str, **values: Any) -> None:
    one = sa.update(agents).where(agents.c.id == service.world.agents[key])
    await change(service.database, one.values(**values))


async def test_words_and_levels_decide(service: Service) -> None:
    """R3, R9, R27, R28: Chinese or English, the best first, with what matched."""
    await prepare(service)
    for text in ("你们的接口总是超时", "We get timeouts"):
        found = await recommended(service, text)
        assert names(found) == ["Wang", "Chen", "Zhou"], text
    (api,) = found["skills"]
    assert api == {
        "relevance": 1.0,
        "keywords": ["timeout"],
        "level": None,
        "skill": {"slug": "api"},
    }
    best = found["candidates"][0]
    assert best["matchedSkills"] == [
        {"level": 5, "relevance": 1.0, "keywords": ["timeout"], "skill": {"slug": "api"}}
    ]
    assert best["reason"] == "Api 5 of 5; in 0 of 5 collaborations now; online."
    assert names(await recommended(service, "发票抬头写错了")) == ["Sun", "Chen"]


async def test_each_factor_is_told_with_its_weight(service: Service) -> None:
    """R29, R30: four factors, weights by policy, the score their sum."""
    await prepare(service)
    await set_policy(service.database, service.world, skill_weight=50, history_weight=20)
    (wang, *_) = (await recommended(service, "timeout"))["candidates"]
    weights = {each["factor"]: each["weight"] for each in wang["factors"]}
    assert weights == {"SKILL": 50, "HISTORY": 20, "LOAD": 20, "AVAILABILITY": 10}
    total = sum(each["score"] * each["weight"] for each in wang["factors"]) / 100
    assert wang["score"] == pytest.approx(total)


async def test_load_and_presence_count(service: Service) -> None:
    """R29: of two who know as much the free one, then the one who is online."""
    await prepare(service)
    await change(service.database, sa.text("UPDATE agent_skill SET level = 4"))  # type: ignore[arg-type]
    await state(service, "wang", collaborations=3)
    await state(service, "chen", stated_presence=AgentPresence.BUSY)
    assert names(await recommended(service, "timeout")) == ["Zhou", "Chen", "Wang"]


async def test_success_is_remembered_by_subject(service: Service) -> None:
    """R30: an outcome counts for helpers on what the conversation was about; watching does not."""
    await prepare(service)
    await join(service, "wang")
    await join(service, "chen", role="OBSERVER")
    input_ = {"conversationId": conversation_id(service), "outcome": "RESOLVED"}
    assert codes(await act(service.agent("lin"), "endCollaboration", **input_)) == []
    rows = await service.database.all(sa.select(track_records))
    world = service.world
    assert [tuple(row) for row in rows] == [(world.agents["wang"], world.skills["api"], 1, 1.0)]
    await join(service, "wang")
    input_["outcome"] = "PARTLY_RESOLVED"
    assert codes(await act(service.agent("lin"), "closeConversation", **input_)) == []
    (row,) = await service.database.all(sa.select(track_records))
    assert (row.tried, row.solved) == (2, 1.5)


async def test_without_an_outcome_nothing_is_remembered(service: Service) -> None:
    """R30: nobody said whether it was a success."""
    await prepare(service)
    await join(service, "wang")
    here = {"conversationId": conversation_id(service)}
    assert codes(await act(service.agent("lin"), "closeConversation", **here)) == []
    assert await service.database.all(sa.select(track_records)) == []


async def test_success_moves_somebody_up(service: Service) -> None:
    """R30: of two with the same level the one whose help was a success."""
    await prepare(service)
    world = service.world
    api = world.skills["api"]
    async with unit_of_work(service.database, lambda heads: None) as work:
        wang, chen = world.agents["wang"], world.agents["chen"]
        await work.add(TrackRecord(agent_id=wang, skill_id=api, tried=10, solved=1.0))
        await work.add(TrackRecord(agent_id=chen, skill_id=api, tried=10, solved=9.5))
    found = await recommended(service, "timeout")
    assert names(found)[:2] == ["Chen", "Wang"]
    assert "9.5 of 10 collaborations on it succeeded" in found["candidates"][0]["reason"]


async def test_the_conversation_speaks_for_itself(service: Service) -> None:
    """R27: without a text its subject and what the customer said last."""
    await prepare(service)
    found = await recommended(service)
    assert [each["skill"]["slug"] for each in found["skills"]] == ["api"]
    said = "mutation($input: SendCustomerMessageInput!) { sendCustomerMessage(input: $input) { errors { code } } }"
    await service.customer().run(said, input={"text": "发票 invoice 退款"})
    found = await recommended(service)
    assert {each["skill"]["slug"] for each in found["skills"]} == {"api", "billing", "refunds"}


async def test_who_cannot_be_invited_is_left_out_with_every_reason(service: Service) -> None:
    """R29, R173, R175: the same reasons that inviting gives."""
    await prepare(service)
    await invited(service, "lin", "chen")
    await state(service, "wang", stated_presence=AgentPresence.DO_NOT_DISTURB, collaborations=5)
    found = await recommended(service, "timeout")
    assert names(found) == ["Zhou"]
    assert {each["agent"]["name"]: each["reasons"] for each in found["leftOut"]} == {
        "Wang": [
            {"code": "INVITEE_DO_NOT_DISTURB"},
            {"code": "INVITEE_AT_CAPACITY", "limit": 5, "current": 5},
        ],
        "Chen": [{"code": "DUPLICATE_INVITATION"}],
    }


async def test_nobody_offline_is_recommended(service: Service) -> None:
    """R25, R29, R180: presence is asked when it matters."""
    await prepare(service)
    gone = sa.delete(leases).where(leases.c.agent_id == service.world.agents["wang"])
    await change(service.database, gone)
    found = await recommended(service, "timeout")
    assert names(found) == ["Chen", "Zhou"]
    assert found["leftOut"][0]["reasons"] == [{"code": "INVITEE_OFFLINE"}]


async def test_words_that_match_nothing_rank_everybody(service: Service) -> None:
    """R29: then load and presence decide, and it is said that no skill matched."""
    await prepare(service)
    found = await recommended(service, "xyzzy", first=20)
    assert found["skills"] == []
    assert len(found["candidates"]) >= 6
    assert {each["matchedSkills"] == [] for each in found["candidates"]} == {True}
    assert found["candidates"][0]["reason"].startswith("No skill matches the words")


@pytest.mark.parametrize(("first", "expected"), [(1, 1), (2, 2), (20, 3)])
async def test_no_more_than_asked_for(service: Service, first: int, expected: int) -> None:
    await prepare(service)
    assert len(names(await recommended(service, "timeout", first))) == expected


@pytest.mark.one_database
@pytest.mark.parametrize(
    "wrong", [{"first": 0}, {"first": 21}, {"text": "x" * 2001}, {"for": "nonsense"}]
)
async def test_bad_arguments_are_refused(service: Service, wrong: dict[str, Any]) -> None:
    asked = {"for": conversation_id(service), **wrong}
    assert await code_of(service.agent("lin"), RECOMMEND, **asked) == "BAD_USER_INPUT"


ASKERS = {"other": None, "mei": None, "zhao": "FORBIDDEN", "wang": "FORBIDDEN", "ext": "FORBIDDEN"}


@pytest.mark.parametrize(("asker", "expected"), ASKERS.items())
async def test_only_who_may_invite_is_told(
    service: Service, asker: str, expected: str | None
) -> None:
    """R156: outsiders cannot tell the conversation from an unknown one; others lack the level."""
    await join(service, "wang")
    asked = {"for": conversation_id(service), "text": "timeout"}
    answer = await service.agent(asker).ask(RECOMMEND, **asked)
    if expected is None:
        assert answer["data"] == {"recommendCollaborators": None}
        unknown = node_id("Conversation", service.world.agents["wang"])
        assert await service.agent(asker).ask(RECOMMEND, **{**asked, "for": unknown}) == answer
    else:
        assert answer["errors"][0]["extensions"]["code"] == expected


async def test_another_organization_is_never_recommended(service: Service) -> None:
    """R28: nothing crosses organizations."""
    await prepare(service)
    world = service.world
    async with unit_of_work(service.database, lambda heads: None) as work:
        id_ = await add_agent(
            work, world, "spy", "elsewhere", organization=world.other_organization
        )
        await work.add(AgentSkill(agent_id=id_, skill_id=world.skills["api"], level=5))
    found = await recommended(service, "timeout", first=20)
    assert "Spy" not in names(found) + names(found, "leftOut")


async def test_statements_do_not_grow_with_the_agents(service: Service) -> None:
    """R169, R172: as many for fifty more colleagues."""
    await prepare(service)
    await recommended(service, "timeout")  # housekeeping runs once at the start
    few = await counted(service, lambda: recommended(service, "timeout"))
    async with unit_of_work(service.database, lambda heads: None) as work:
        for number in range(50):
            key = f"more{number}"
            await add_agent(work, service.world, key, "technology", skills=["api"])
    many = await counted(service, lambda: recommended(service, "timeout", first=20))
    assert many == few <= 10


async def test_a_role_that_may_not_invite_is_told_so(service: Service) -> None:
    """R176: the organization's setting stands against everybody, beside each one's own reasons."""
    await prepare(service)
    only = frozenset({OrganizationRole.SUPERVISOR})
    await set_policy(service.database, service.world, roles_that_may_invite=only)
    found = await recommended(service, "timeout")
    assert names(found) == []
    reasons = {each["agent"]["name"]: each["reasons"] for each in found["leftOut"]}
    assert reasons["Wang"] == [{"code": "ROLE_NOT_ALLOWED_TO_INVITE"}]


async def test_the_inviter_sees_whether_the_invitee_is_there(service: Service) -> None:
    """R180: presence now, and when they were last heard from."""
    sent = await invited(service, "lin", "wang")
    document = "query ($id: ID!) { invitation(id: $id) { invitee { presence lastSeenAt } } }"
    lin = service.agent("lin")
    beat = await act(service.agent("wang"), "setPresence", presence="BUSY")
    assert codes(beat) == []
    seen = (await lin.run(document, id=sent))["invitation"]["invitee"]
    assert seen["presence"] == "BUSY"
    assert seen["lastSeenAt"] is not None
    gone = sa.delete(leases).where(leases.c.agent_id == service.world.agents["wang"])
    await change(service.database, gone)
    assert (await lin.run(document, id=sent))["invitation"]["invitee"]["presence"] == "OFFLINE"
