"""The service goes on in stages, each with somebody who answers for it."""

from __future__ import annotations

from typing import Any

from models.stages import stages
from tests.api.asking import act, heard, look, rows
from tests.service import Data, Service, codes
from tests.steps import conversation_id, join

STAGES = "stage { name } stages { nodes { name leftAt owner { name } } }"


async def advance(service: Service, key: str, name: str, **said: Any) -> Data:
    here = conversation_id(service)
    return await act(
        service.agent(key), "advanceStage", "stage { name }", conversationId=here, name=name, **said
    )


async def test_different_colleagues_answer_for_different_stages(service: Service) -> None:
    """R56: the next one ends the one before; the owner is who says so, or somebody they name."""
    wang = await join(service, "wang", level="EDIT")
    assert codes(await advance(service, "lin", "Reception")) == []
    assert codes(await advance(service, "lin", "Diagnosis", ownerId=wang)) == []
    assert codes(await advance(service, "wang", " Repair ")) == []
    seen = await look(service, "lin", STAGES)
    told = [(each["name"], each["owner"]["name"]) for each in seen["stages"]["nodes"]]
    assert told == [("Reception", "Lin"), ("Diagnosis", "Wang"), ("Repair", "Wang")]
    assert [each["leftAt"] is None for each in seen["stages"]["nodes"]] == [False, False, True]
    assert seen["stage"] == {"name": "Repair"}
    assert (await heard(service, service.world.conversation))[-3:] == ["StageAdvanced"] * 3
    assert await heard(service, service.world.conversation, "CUSTOMER") == []


async def test_it_needs_operate_and_somebody_present(service: Service) -> None:
    """R56, R156: from EDIT; an owner takes part; outsiders see no stage."""
    wang = await join(service, "wang")
    assert codes(await advance(service, "wang", "Diagnosis")) == ["NOT_PERMITTED"]
    assert codes(await advance(service, "zhao", "Diagnosis")) == ["NOT_PERMITTED"]
    assert codes(await advance(service, "mei", "Diagnosis")) == ["NOT_FOUND"]
    assert codes(await advance(service, "lin", " ")) == ["INVALID_INPUT"]
    await act(service.agent("lin"), "removeParticipant", participantId=wang)
    assert codes(await advance(service, "lin", "Diagnosis", ownerId=wang)) == ["NOT_FOUND"]
    assert await rows(service, stages) == []
    await advance(service, "lin", "Diagnosis")
    assert (await look(service, "zhao", "stage { name }"))["stage"] is None


async def test_closing_leaves_the_last_stage(service: Service) -> None:
    """R56, R110: the history says how long each took."""
    await advance(service, "lin", "Reception")
    here = {"conversationId": conversation_id(service)}
    await act(service.agent("lin"), "closeConversation", **here)
    (row,) = await rows(service, stages)
    assert row.left_at is not None
