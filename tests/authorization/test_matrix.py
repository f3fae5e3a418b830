"""Every guarded field by every kind of asker: the answer is what the declaration promises, and nothing leaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.actors import Audience
from domain.permissions import PermissionLevel
from models.conversations import participants
from schema.build import schema
from tests.authorization.askers import ASKERS, EDIT, GUIDE, MANAGE, READ_ONLY, Asker
from tests.authorization.matrix import Matrix
from tests.authorization.plans import PLANS
from tests.authorization.requests import root_fields
from tests.authorization.stage import Stage, set_stage
from tests.authorization.state import dump, restore
from tests.service import Person, Service, codes
from tests.steps import uuid_of
from tests.world import FAR, change

Record = Callable[[str, object], None]

INSIDE = [name for name, asker in ASKERS.items() if asker.level]
OUTSIDE = [name for name in ASKERS if name not in INSIDE]
ADJUST = "mutation($input: AdjustPermissionInput!) { adjustPermission(input: $input) { errors { code } } }"
REMOVE = "mutation($input: RemoveParticipantInput!) { removeParticipant(input: $input) { errors { code } } }"


async def tried(
    stage: Stage, name: str, asker: Asker, person: Person, record_property: Record
) -> list[str]:
    """Run the matrix for one asker and return what came out otherwise than promised."""
    matrix = Matrix(stage, asker, person)
    await matrix.run()
    record_property("authorization", (len(schema.guarded), matrix.tried))
    return [f"{name}: {each}" for each in matrix.wrong]


@pytest.mark.parametrize("names", [INSIDE, OUTSIDE], ids=["inside", "outside"])
async def test_every_guarded_field_answers_as_it_declares(
    service: Service, names: list[str], record_property: Record
) -> None:
    """R156: fields come from the schema, promises from the declaration and the contract's tables."""
    stage, wrong = await set_stage(service), []
    for name in names:
        asker = ASKERS[name]
        wrong += await tried(stage, name, asker, stage.person(asker), record_property)
    assert wrong == []


# Whose level changes, to which, and whether for a time.
MOTIONS = [
    ("observer", EDIT, False),
    ("guide", EDIT, False),
    ("guide", MANAGE, True),
    ("edit", READ_ONLY, False),
    ("manage", GUIDE, False),
]


@pytest.mark.one_database
async def test_a_level_that_moves_takes_effect_at_the_next_request(
    service: Service, record_property: Record
) -> None:
    """R192, R193, R194: the token stays the same; what it may do is read anew each time."""
    stage, wrong = await set_stage(service), []
    before = await dump(service.database)
    for name, level, temporary in MOTIONS:
        asker = ASKERS[name]
        person = stage.person(asker)
        await person.run("{ viewer { rights } }")
        await _adjust(stage, asker, level, temporary)
        moved = f"{name}, now {level.name}"
        wrong += await tried(stage, moved, replace(asker, level=level), person, record_property)
        await restore(service.database, before, await dump(service.database))
    assert wrong == []


async def _adjust(stage: Stage, asker: Asker, level: PermissionLevel, temporary: bool) -> None:
    until = {"until": FAR.isoformat()} if temporary else {}
    input_ = {"participantId": stage.parts[asker.key], "level": level.name, **until}
    answer = await stage.service.agent("lin").run(ADJUST, input=input_)
    assert codes(answer["adjustPermission"]) == []


@pytest.mark.one_database
async def test_who_is_removed_has_no_right_left(service: Service, record_property: Record) -> None:
    """R195: with the same token, at the next request."""
    stage, asker = await set_stage(service), ASKERS["manage"]
    person = stage.person(asker)
    answer = await service.agent("lin").run(REMOVE, input={"participantId": stage.parts[asker.key]})
    assert codes(answer["removeParticipant"]) == []
    removed = replace(asker, level=None)
    assert await tried(stage, "removed", removed, person, record_property) == []


@pytest.mark.one_database
async def test_a_temporary_level_ends_by_the_clock_alone(
    service: Service, record_property: Record
) -> None:
    """R193: what held before holds again from that moment, whether or not the timer has come by."""
    stage, asker = await set_stage(service), ASKERS["guide"]
    await _adjust(stage, asker, MANAGE, temporary=True)
    part = uuid_of(stage.parts[asker.key], "Participant")
    over = FAR - timedelta(days=365 * 100)
    ended = sa.update(participants).where(participants.c.id == part).values(level_until=over)
    await change(service.database, ended)
    assert await tried(stage, "reverted", asker, stage.person(asker), record_property) == []


async def test_a_former_participant_sees_their_own_part_only(service: Service) -> None:
    """R156: the row that says when they came and went, without the way back into the conversation."""
    stage = await set_stage(service)
    ask = "query($id: ID!) { node(id: $id) { ... on Participant { leaveReason conversation { id } } } }"
    he = service.agent("he")
    own = await he.run(ask, id=stage.parts["he"])
    assert own["node"] == {"leaveReason": "LEFT", "conversation": None}
    assert await he.run(ask, id=stage.parts["wang"]) == {"node": None}


LISTS = """
{
  conversations { totalCount nodes { id } }
  myInvitations { totalCount nodes { id } }
}
"""


async def test_lists_and_their_counts_hold_what_is_visible_only(service: Service) -> None:
    """R156: no count tells of a row that is hidden."""
    stage = await set_stage(service)
    for asker in ASKERS.values():
        if asker.audience is Audience.AGENT:
            await _check_lists(stage, asker)


async def _check_lists(stage: Stage, asker: Asker) -> None:
    seen = await stage.person(asker).run(LISTS)
    listed, mine = seen["conversations"], seen["myInvitations"]
    inside = asker.level is not None or asker.oversees
    assert (stage.ids["Conversation"] in [n["id"] for n in listed["nodes"]]) is inside
    assert listed["totalCount"] == len(listed["nodes"])
    assert ([n["id"] for n in mine["nodes"]] == [stage.ids["Invitation"]]) is asker.invited
    assert mine["totalCount"] == len(mine["nodes"])


def test_every_root_field_has_a_plan() -> None:
    """A new root field is in the matrix, or this fails."""
    assert sorted(PLANS) == sorted(root_fields())


def test_no_root_field_is_unguarded(record_property: Record) -> None:
    unguarded = set(root_fields()) - set(schema.guarded)
    record_property("unguarded", len(unguarded))
    assert unguarded == set()
