"""The customer waits and the primary does not answer: somebody else leads, by the clock or by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from domain.deadlines import DeadlineKind
from models.agents import AgentSkill, agents, leases
from models.handing import delegations
from models.log import deadlines
from models.messages import messages
from models.organizations import department_supervisors
from models.unit_of_work import unit_of_work
from tests.api.asking import act, heard, look, rows, sweep
from tests.api.test_delegations import appoint
from tests.api.test_offers import leads
from tests.service import Data, Service, codes
from tests.steps import conversation_id, join
from tests.world import FAR, change, make_due, set_policy, supervise

WHY = "The customer has waited for an hour."
CLOCK = DeadlineKind.PRIMARY_UNRESPONSIVE


async def ask(service: Service) -> None:
    said = await act(service.customer(), "sendCustomerMessage", text="Is anybody there?")
    assert codes(said) == []


async def wait_in_vain(service: Service) -> None:
    """Let the customer's patience be over."""
    await make_due(service.database, service.world.conversation, CLOCK)
    await sweep(service)


async def clock(service: Service) -> Any:
    found = await rows(service, deadlines, deadlines.c.kind == CLOCK)
    return found[0] if found else None


async def causes(service: Service) -> list[str]:
    document = """query ($id: ID!) { conversation(id: $id) { events(first: 100) { nodes {
      ... on PrimaryTransferred { cause takeoverReason actor { kind } } } } } }"""
    seen = await service.agent(await leads(service)).run(document, id=conversation_id(service))
    nodes = seen["conversation"]["events"]["nodes"]
    return [f"{n['cause']} by {n['actor']['kind']}" for n in nodes if n]


async def take_over(service: Service, key: str, **said: Any) -> Data:
    return await act(
        service.agent(key),
        "takeOverConversation",
        "participant { role level } conversation { viewerLevel viewerStance }",
        conversationId=conversation_id(service),
        **{"reason": WHY, **said},
    )


async def test_the_clock_runs_from_the_first_unanswered_message(service: Service) -> None:
    """R199: 180 s by policy, not begun anew by more messages, stopped by a reply."""
    await ask(service)
    first = (await clock(service)).due_at
    await ask(service)
    assert (await clock(service)).due_at == first
    said = min(row.sent_at for row in await rows(service, messages))
    assert timedelta(seconds=179) < first - said < timedelta(seconds=190)
    reply = {"conversationId": conversation_id(service), "text": "Yes."}
    await act(service.agent("lin"), "sendReply", **reply)
    assert await clock(service) is None


async def test_the_organization_says_how_long(service: Service) -> None:
    """R199: `primaryUnresponsiveSeconds`."""
    await set_policy(service.database, service.world, primary_unresponsive_seconds=20)
    await ask(service)
    (said,) = await rows(service, messages)
    assert (await clock(service)).due_at - said.sent_at < timedelta(seconds=25)


async def test_the_best_of_those_present_leads(service: Service) -> None:
    """R199: by level; the old primary stays on in a role, and everybody inside is told why."""
    await join(service, "wang", level="EDIT")
    await join(service, "zhou", role="SUPERVISOR")
    await ask(service)
    await wait_in_vain(service)
    assert await leads(service) == "zhou"
    assert (await look(service, "lin", "viewerLevel"))["viewerLevel"] == "GUIDE"
    assert await causes(service) == ["UNRESPONSIVE by SYSTEM"]
    for key in ("lin", "zhou"):
        assert "PrimaryTransferred" in await heard(service, service.world.agents[key])
    customers = await heard(service, service.world.conversation, "CUSTOMER")
    assert customers == ["TranscriptMessageAdded"]


async def test_of_equals_the_one_who_is_recommended_leads(service: Service) -> None:
    """R30, R199: of one level, whoever knows most of what the customer asks about; else the longest present."""
    await join(service, "chen")
    await join(service, "sun")
    async with unit_of_work(service.database, lambda heads: None) as work:
        api = service.world.skills["api"]
        await work.add(AgentSkill(agent_id=service.world.agents["sun"], skill_id=api, level=5))
    await ask(service)
    await wait_in_vain(service)
    assert await leads(service) == "sun"


async def test_who_cannot_lead_does_not(service: Service) -> None:
    """R199: neither who watches only, nor who is away; the least busy of equals does."""
    await join(service, "chen", role="OBSERVER")
    await join(service, "sun", level="EDIT")
    await join(service, "wang")
    away = await act(service.agent("sun"), "setPresence", presence="DO_NOT_DISTURB")
    assert codes(away) == []
    await ask(service)
    await wait_in_vain(service)
    assert await leads(service) == "wang"


async def test_the_new_one_has_the_whole_time_and_nobody_fails_twice(service: Service) -> None:
    """R199: it goes round once, then supervisors are called; a new message begins anew."""
    await join(service, "wang")
    await ask(service)
    await wait_in_vain(service)
    assert await leads(service) == "wang"
    assert await clock(service) is not None
    await wait_in_vain(service)
    assert await leads(service) == "wang"
    assert (await heard(service, service.world.agents["zhao"])) == ["SupervisorCalled"]
    assert await clock(service) is None
    await ask(service)
    assert await clock(service) is not None


async def test_without_anybody_supervisors_are_called(service: Service) -> None:
    """R199: those of the department; they see the conversation from outside, and no content."""
    await ask(service)
    await wait_in_vain(service)
    assert await leads(service) == "lin"
    world = service.world
    assert (await heard(service, world.agents["zhao"])) == ["SupervisorCalled"]
    assert (await heard(service, world.agents["admin"])) == []
    assert (await heard(service, world.conversation))[-1] == "SupervisorCalled"
    can = "viewerLevel viewerCan { takeOver }"
    assert await look(service, "zhao", can) == {
        "viewerLevel": None,
        "viewerCan": {"takeOver": True},
    }


async def test_where_no_supervisor_is_admins_are_called(service: Service) -> None:
    """R199."""
    zhao = agents.c.id == service.world.agents["zhao"]
    await change(service.database, sa.update(agents).where(zhao).values(active=False))
    await ask(service)
    await wait_in_vain(service)
    assert (await heard(service, service.world.agents["admin"])) == ["SupervisorCalled"]


async def test_a_silent_supervisor_is_not_called_but_admins_are(service: Service) -> None:
    """R199: the only supervisor of the department leads, and does not answer."""
    world = service.world
    await supervise(service.database, world, "lin", "technology")
    s = department_supervisors.c
    others = sa.delete(department_supervisors).where(s.agent_id != world.agents["lin"])
    await change(service.database, others)
    await ask(service)
    await wait_in_vain(service)
    assert (await heard(service, world.agents["admin"])) == ["SupervisorCalled"]
    assert (await heard(service, world.agents["lin"])) == []


async def test_a_delegate_who_does_not_answer_gives_the_role_back(service: Service) -> None:
    """R197, R199: first to who gave it."""
    await appoint(service, await join(service, "wang"))
    await ask(service)
    await wait_in_vain(service)
    assert await leads(service) == "lin"
    assert await causes(service) == ["DELEGATION by AGENT", "RETURN by SYSTEM"]
    assert await clock(service) is not None


async def test_on_hold_nobody_is_unresponsive(service: Service) -> None:
    """R198, R199: the clock stops, and begins with the end of the hold."""
    await join(service, "wang")
    await ask(service)
    here = {"conversationId": conversation_id(service)}
    until = {"resumesAt": FAR.isoformat(), "reason": "Lunch.", "notice": "Back at one."}
    await act(service.agent("lin"), "pauseConversation", **here, **until)
    await ask(service)
    assert await clock(service) is None
    await act(service.agent("lin"), "resumeConversation", **here)
    assert await clock(service) is not None
    await act(service.agent("lin"), "closeConversation", **here)
    assert await clock(service) is None


async def test_a_customer_does_not_wait_for_somebody_who_is_offline(service: Service) -> None:
    """R55, R199: the lead can be handed to them; the silence that follows moves it on."""
    part = await join(service, "wang")
    gone = sa.delete(leases).where(leases.c.agent_id == service.world.agents["wang"])
    await change(service.database, gone)
    assert codes(await act(service.agent("lin"), "transferPrimary", participantId=part)) == []
    assert await leads(service) == "wang"
    await ask(service)
    await wait_in_vain(service)
    assert await leads(service) == "lin"


async def test_who_got_the_lead_back_this_moment_has_the_whole_time(service: Service) -> None:
    """R197, R199: a delegation and the customer's patience end at once; the lead moves once, not twice."""
    await appoint(service, await join(service, "wang"))
    await ask(service)
    (delegated,) = await rows(service, delegations)
    await make_due(service.database, delegated.id, until=delegations)
    await make_due(service.database, service.world.conversation)
    await sweep(service)
    assert await causes(service) == ["DELEGATION by AGENT", "RETURN by SYSTEM"]
    assert await leads(service) == "lin"
    assert await clock(service) is not None
