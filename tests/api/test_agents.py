"""Finding colleagues: by department, skill, words and presence, and whether they can be invited."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.agents import AgentPresence
from models.agents import AgentSkill, agents, leases
from models.organizations import departments
from models.unit_of_work import unit_of_work
from tests.api.asking import act, code_of
from tests.service import Service, codes, node_id
from tests.steps import conversation_id, invite, invited, join
from tests.world import FAR, add_agent, change, set_policy

FIND = """
query Find($where: AgentFilter, $for: ID, $order: AgentSort, $first: Int, $after: Cursor) {
  onlineAgents(where: $where, availableFor: $for, orderBy: $order, first: $first, after: $after) {
    nodes {
      name presence skills { level skill { slug } } load { collaborations capacity primaryConversations }
      eligibility { canInvite reasons { code ... on LimitReachedError { limit current } } }
    }
    pageInfo { hasNextPage endCursor } totalCount
  }
}
"""


async def find(service: Service, key: str = "lin", **variables: Any) -> Any:
    return (await service.agent(key).run(FIND, **variables))["onlineAgents"]


async def names(service: Service, key: str = "lin", **where: Any) -> list[str]:
    return [each["name"] for each in (await find(service, key, where=where))["nodes"]]


async def skilled(service: Service, key: str, *skills: str) -> None:
    world = service.world
    async with unit_of_work(service.database, lambda heads: None) as work:
        await work.add_all(
            [
                AgentSkill(agent_id=world.agents[key], skill_id=world.skills[slug], level=3)
                for slug in skills
            ]
        )


async def state(service: Service, key: str, **values: Any) -> None:
    one = sa.update(agents).where(agents.c.id == service.world.agents[key])
    await change(service.database, one.values(**values))


async def disconnect(service: Service, key: str) -> None:
    one = sa.delete(leases).where(leases.c.agent_id == service.world.agents[key])
    await change(service.database, one)


async def test_everybody_connected_in_the_organization_is_listed(service: Service) -> None:
    """R25, R61: by name; not the offline, not other organizations."""
    await disconnect(service, "sun")
    found = await find(service)
    listed = [each["name"] for each in found["nodes"]]
    assert listed == sorted(listed)
    assert found["totalCount"] == len(listed) == 10
    assert not {"Sun", "Other"} & set(listed)


async def test_departments_narrow_the_list(service: Service) -> None:
    """R19, R20, R21, R22, R23, R63: any of the named departments; departments are rows, not an enum."""
    ids = {key: node_id("Department", id_) for key, id_ in service.world.departments.items()}
    assert await names(service, departmentIds=[ids["customer-service"]]) == ["Admin", "Mei"]
    both = [ids["customer-service"], ids["external-experts"]]
    assert await names(service, departmentIds=both) == ["Admin", "Ext", "Mei"]
    assert await names(service, departmentIds=[]) == []
    assert await names(service, departmentIds=[ids["elsewhere"]]) == []
    renamed = sa.update(departments).where(departments.c.slug == "technology")
    await change(service.database, renamed.values(name="商务"))
    listed = await service.agent("lin").run("{ departments { nodes { name external } } }")
    assert {"name": "商务", "external": False} in listed["departments"]["nodes"]


async def test_all_named_skills_are_needed(service: Service) -> None:
    """R9, R10, R11, R12, R13, R63: skills are rows; each has a level."""
    await skilled(service, "wang", "api", "billing")
    await skilled(service, "chen", "api")
    ids = {key: node_id("Skill", id_) for key, id_ in service.world.skills.items()}
    assert await names(service, skillIds=[ids["api"]]) == ["Chen", "Wang"]
    assert await names(service, skillIds=[ids["api"], ids["billing"]]) == ["Wang"]
    assert await names(service, skillIds=[ids["api"], ids["api"]]) == ["Chen", "Wang"]
    assert await names(service, skillIds=[ids["refunds"]]) == []
    (wang,) = (await find(service, where={"skillIds": [ids["billing"]]}))["nodes"]
    assert wang["skills"] == [
        {"level": 3, "skill": {"slug": "api"}},
        {"level": 3, "skill": {"slug": "billing"}},
    ]
    listed = await service.agent("lin").run("{ skills { nodes { slug } totalCount } }")
    assert listed["skills"]["totalCount"] == 3


FOUND: list[tuple[str | None, list[str] | None]] = [
    ("wang", ["Wang"]),
    ("WANG", ["Wang"]),
    ("wang@EXAMPLE", ["Wang"]),
    ("伟", ["Chen"]),
    ("张伟", ["Chen"]),
    ("网关 伟", ["Chen"]),
    ("伟 wang", []),
    ("ÖZIL", ["Sun"]),
    ("özil", ["Sun"]),
    ("%", []),
    ("_", []),
    ("\\", []),
    ("   ", None),
    (None, None),
]


async def test_words_are_searched_in_any_script(service: Service) -> None:
    """R62: name, alias, e-mail or title; every word; no pattern characters."""
    await state(service, "chen", alias="张伟", title="网关专家")
    await state(service, "sun", alias="Özil")
    everybody = await names(service)
    assert len(everybody) == 11
    for words, expected in FOUND:
        found = everybody if expected is None else expected
        assert await names(service, text=words) == found, words


async def test_presences_can_be_chosen(service: Service) -> None:
    """R25, R63, R173: derived from what is stated and whether one is connected."""
    await state(service, "wang", stated_presence=AgentPresence.BUSY)
    await state(service, "chen", stated_presence=AgentPresence.BUSY)
    await disconnect(service, "chen")
    assert await names(service, presences=["BUSY"]) == ["Wang"]
    assert await names(service, presences=["OFFLINE"]) == ["Chen"]
    assert await names(service, presences=["BUSY", "OFFLINE"]) == ["Chen", "Wang"]
    assert await names(service, presences=[]) == []


async def test_load_is_shown_and_can_sort(service: Service) -> None:
    """R25, R175: collaborations, how many are allowed, and conversations led."""
    await join(service, "wang")
    await set_policy(service.database, service.world, collaborations_per_agent=2)
    busiest = {"field": "COLLABORATIONS", "direction": "DESC"}
    found = await find(service, order=busiest, first=2)
    assert [each["name"] for each in found["nodes"]] == ["Wang", "Zhou"]
    assert found["nodes"][0]["load"] == {
        "collaborations": 1,
        "capacity": 2,
        "primaryConversations": 0,
    }
    (lin,) = (await find(service, where={"text": "lin@"}))["nodes"]
    assert lin["load"]["primaryConversations"] == 1


@pytest.mark.parametrize("order", [None, {"field": "COLLABORATIONS", "direction": "DESC"}])
async def test_pages_of_colleagues_join_without_gap(service: Service, order: Any) -> None:
    """R25: three at a time, each once, in the order of the whole list."""
    await join(service, "wang")
    whole = [each["name"] for each in (await find(service, order=order))["nodes"]]
    paged: list[str] = []
    after, more = None, True
    while more:
        page = await find(service, order=order, first=3, after=after)
        paged += [each["name"] for each in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert paged == whole


async def reasons(service: Service, key: str, conversation: str, asker: str = "lin") -> Any:
    found = await find(
        service,
        asker,
        where={"text": f"{key}@", "presences": list(AgentPresence)},
        **{"for": conversation},
    )
    (agent,) = found["nodes"]
    assert agent["eligibility"]["canInvite"] is (agent["eligibility"]["reasons"] == [])
    return [reason["code"] for reason in agent["eligibility"]["reasons"]]


async def test_each_colleague_says_why_not_with_all_reasons(service: Service) -> None:
    """R25, R173, R175: the same list of reasons that inviting gives."""
    here, world = conversation_id(service), service.world
    await set_policy(service.database, world, standard_limit=2, collaborations_per_agent=1)
    await join(service, "wang")
    assert await reasons(service, "chen", here) == []
    await invited(service, "lin", "chen")
    await state(service, "mei", stated_presence=AgentPresence.DO_NOT_DISTURB, collaborations=1)
    await disconnect(service, "ext")
    full = "COLLABORATOR_LIMIT_REACHED"
    expected = {
        "lin": ["CANNOT_INVITE_SELF", full],
        "wang": ["ALREADY_PARTICIPANT", "INVITEE_AT_CAPACITY", full],
        "chen": ["DUPLICATE_INVITATION", full],
        "mei": [
            "CROSS_DEPARTMENT_NOT_PERMITTED",
            "INVITEE_DO_NOT_DISTURB",
            "INVITEE_AT_CAPACITY",
            full,
        ],
        "ext": ["EXTERNAL_NOT_PERMITTED", full],
    }
    for key, codes_ in expected.items():
        assert await reasons(service, key, here) == codes_, key
        guest = {"role": "GUEST_EXPERT", "endsAt": FAR.isoformat()}
        offer: dict[str, Any] = guest if key == "ext" else {}
        assert codes(await invite(service, "lin", key, **offer)) == codes_, key


async def test_without_a_conversation_nothing_is_said_of_eligibility(service: Service) -> None:
    """R25: null, not false."""
    assert {each["eligibility"] for each in (await find(service))["nodes"]} == {None}


@pytest.mark.parametrize(
    ("asker", "expected"),
    [("mei", "NOT_FOUND"), ("other", "NOT_FOUND"), ("zhao", "NOT_PERMITTED")],
)
async def test_eligibility_tells_nothing_of_a_hidden_conversation(
    service: Service, asker: str, expected: str
) -> None:
    """R156: a hidden conversation answers as an unknown one does, for every colleague alike."""
    hidden = conversation_id(service)
    found = await find(service, asker, **{"for": hidden})
    every = [each["eligibility"]["reasons"] for each in found["nodes"]]
    assert every == [[{"code": expected}]] * len(every)
    if expected == "NOT_FOUND":
        unknown = node_id("Conversation", UUID(int=7))
        assert await find(service, asker, **{"for": unknown}) == found


async def test_an_outside_expert_finds_nobody(service: Service) -> None:
    """R155, R156: the list of colleagues is for the organization's own people."""
    assert await code_of(service.agent("ext"), FIND) == "FORBIDDEN"
    document = "query ($id: ID!) { node(id: $id) { id } }"
    wang = node_id("Agent", service.world.agents["wang"])
    assert (await service.agent("ext").run(document, id=wang))["node"] is None


async def test_a_retired_colleague_is_neither_found_nor_invited(service: Service) -> None:
    """R61: as if unknown."""
    await state(service, "wang", active=False)
    assert await names(service, text="wang") == []
    assert codes(await invite(service, "lin", "wang")) == ["NOT_FOUND"]


async def test_presence_is_stated_and_kept_alive(service: Service) -> None:
    """R171, R173: a heartbeat makes a disconnected agent reachable again."""
    await disconnect(service, "wang")
    wang = service.agent("wang")
    stated = await act(wang, "setPresence", "agent { presence }", presence="AWAY")
    assert stated["agent"] == {"presence": "OFFLINE"}
    beat = await act(wang, "heartbeat", "agent { presence } leaseExpiresAt", connectionId="tab 1")
    assert beat["agent"] == {"presence": "AWAY"}
    assert codes(await act(wang, "heartbeat", connectionId="tab 1")) == []
    l_ = leases.c
    held = await service.database.all(
        sa.select(leases).where(l_.agent_id == service.world.agents["wang"])
    )
    assert [row.connection_id for row in held] == ["tab 1"]


async def test_names_that_are_alike_are_paged_apart(service: Service) -> None:
    """R62: the id breaks ties, so nobody is left out between two pages."""
    async with unit_of_work(service.database, lambda heads: None) as work:
        for _ in range(3):
            twin = f"twin{_}"
            service.world.agents[twin] = await add_agent(work, service.world, twin, "technology")
    await change(
        service.database,
        sa.update(agents).where(agents.c.key.startswith("twin")).values(name="李"),
    )
    first = await find(service, where={"text": "李"}, first=2)
    rest = await find(service, where={"text": "李"}, first=2, after=first["pageInfo"]["endCursor"])
    assert (len(first["nodes"]), len(rest["nodes"])) == (2, 1)
    assert first["totalCount"] == 3
