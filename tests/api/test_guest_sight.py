"""What a guest sees of people, of the organization and of others' invitations."""

from __future__ import annotations

from uuid import uuid5

import pytest
import sqlalchemy as sa
from graphql import print_ast

from domain.actors import OrganizationRole
from models.agents import agents
from tests.api.asking import act, code_of, look
from tests.api.test_guests import leaks
from tests.guests import guest_invited, guest_joined
from tests.operations.documents import operations
from tests.service import Data, Service, codes, node_id
from tests.steps import accept, conversation_id, invited
from tests.world import change, supervise

ELSEWHERE = [
    "{ onlineAgents { nodes { id } } }",
    "{ departments { nodes { id } } }",
    "{ skills { nodes { id } } }",
    "{ inviteRules { id } }",
    "{ collaborationPolicy { version } }",
]


@pytest.mark.one_database
@pytest.mark.parametrize("document", ELSEWHERE)
async def test_a_guest_finds_nobody_and_nothing_of_the_organization(
    service: Service, document: str
) -> None:
    """R53, R156: FORBIDDEN, whatever they take part in."""
    await guest_joined(service)
    assert await code_of(service.agent("ext"), document) == "FORBIDDEN"


async def test_a_guest_sees_no_other_invitation_and_no_colleague_by_id(service: Service) -> None:
    """R53: their own alone."""
    await guest_joined(service)
    other = await invited(service, "lin", "wang")
    lin = node_id("Agent", service.world.agents["lin"])
    found = await service.agent("ext").run(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[other, lin]
    )
    assert found["nodes"] == [None, None]
    seen = await look(service, "ext", "invitations { nodes { invitee { name } } }")
    assert [each["invitee"]["name"] for each in seen["invitations"]["nodes"]] == ["Ext"]


async def test_no_role_in_the_organization_makes_a_guest_see_more(service: Service) -> None:
    """R53: an outside expert who is an admin by their row, and supervises, oversees nothing."""
    row = agents.c.id == service.world.agents["ext"]
    await change(service.database, sa.update(agents).where(row).values(role=OrganizationRole.ADMIN))
    await supervise(service.database, service.world, "ext", "technology")
    assert await look(service, "ext", "id") is None
    told = await service.agent("ext").run("{ conversations { totalCount nodes { id } } }")
    assert told["conversations"] == {"totalCount": 0, "nodes": []}


PERSON = """id name email title presence
  organizationRole lastSeenAt skills { level } load { capacity } department { name supervisors { name } }"""


HIDDEN_OF_PEOPLE = {"organizationRole", "lastSeenAt", "skills", "load", "supervisors"}


def forbidden(answer: Data) -> set[str]:
    """Return the fields that were refused; nothing else is wrong."""
    assert {each["extensions"]["code"] for each in answer["errors"]} == {"FORBIDDEN"}
    return {each["path"][-1] for each in answer["errors"]}


async def test_a_guest_learns_of_people_no_more_than_the_work_needs(service: Service) -> None:
    """R53: name, title, address, presence, department of those present and of who invites; nobody behind them."""
    id_ = await guest_invited(service)
    ext = service.agent("ext")
    inviter = f"query($id: ID!) {{ invitation(id: $id) {{ inviter {{ {PERSON} }} }} }}"
    waiting = await ext.ask(inviter, id=id_)
    assert forbidden(waiting) == HIDDEN_OF_PEOPLE
    assert waiting["data"]["invitation"]["inviter"]["name"] == "Lin"
    assert codes(await accept(service, "ext", id_)) == []
    present = (
        f"query($id: ID!) {{ conversation(id: $id) {{ primary {{ agent {{ {PERSON} }} }} }} }}"
    )
    seen = await ext.ask(present, id=conversation_id(service))
    assert forbidden(seen) == HIDDEN_OF_PEOPLE
    assert leaks([waiting, seen], "zhao") == []
    await ext.run(print_ast(operations()["Viewer"]))


async def test_a_guest_finds_nothing_of_the_organization_by_id(service: Service) -> None:
    """R53, R156: neither departments but their own, nor skills, nor rules; a colleague does."""
    await guest_joined(service)
    world = service.world
    ids = [
        node_id("Department", world.departments["technology"]),
        node_id("Skill", world.skills["api"]),
        node_id("InviteRule", uuid5(world.organization, "vip")),
        node_id("Department", world.departments["external-experts"]),
    ]
    nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    found, whole = [(await service.agent(k).run(nodes, ids=ids))["nodes"] for k in ("ext", "lin")]
    assert found == [None, None, None, {"id": ids[-1]}]
    assert [each["id"] for each in whole] == ids


async def test_what_happens_to_other_invitations_is_no_history_of_a_guest(service: Service) -> None:
    """R53: neither listed nor counted: who declines would be a colleague that they do not know of."""
    await guest_joined(service)
    other = await invited(service, "lin", "wang")
    declined = await act(service.agent("wang"), "declineInvitation", invitationId=other)
    assert codes(declined) == []
    history = "events(last: 100) { totalCount nodes { __typename actor { agent { name } } } }"
    seen, whole = [(await look(service, key, history))["events"] for key in ("ext", "lin")]
    assert leaks(whole, "invitationdeclined", "wang") == ["invitationdeclined", "wang"]
    assert leaks(seen, "invitation", "wang") == []
    assert seen["totalCount"] == len(seen["nodes"])
