"""What an emergency leaves behind: a review that somebody else has to settle."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.conversations import ConversationClass
from domain.reviews import EmergencyVerdict
from models.reviews import reviews
from tests.api.asking import act, heard, open_with, refused, rows
from tests.api.test_deputies import escalate, ids
from tests.service import Data, Service, codes, node_id
from tests.steps import invite, invited
from tests.world import change, supervise

URGENT = {"emergency": True, "emergencyReason": "All shops are down"}
LIST = """
query Reviews($where: EmergencyReviewFilter) { emergencyReviews(where: $where) { totalCount nodes {
  id reason verdict comment settledAt inviter { name } settledBy { name } called { name }
  department { slug } conversation { id }
} } }
"""


async def called(service: Service, *invitees: str, by: str = "lin") -> UUID:
    """Let somebody call people past approval; return the conversation."""
    place = await open_with(service, ConversationClass.URGENT, primary=by)
    payload = await invite(service, by, *invitees, conversation=place, request=URGENT)
    assert codes(payload) == []
    return place


async def listed(service: Service, key: str, **where: Any) -> list[Data]:
    seen = (await service.agent(key).run(LIST, where=where or None))["emergencyReviews"]
    assert seen["totalCount"] == len(seen["nodes"])
    nodes: list[Data] = seen["nodes"]
    return nodes


async def settle(service: Service, key: str, id_: str, verdict: str = "JUSTIFIED") -> Data:
    wanted = {"reviewId": id_, "verdict": verdict, "comment": "I was called, it burned."}
    selection = "review { verdict settledBy { name } }"
    return await act(service.agent(key), "settleEmergencyReview", selection, **wanted)


async def test_each_emergency_invitation_leaves_a_review_until_it_is_settled(
    service: Service,
) -> None:
    """R54: with who called whom where and why; settled it says by whom, with which verdict, and what they said."""
    place = await called(service, "mei")
    (waiting,) = await listed(service, "zhao")
    assert waiting["reason"] == "All shops are down"
    assert (waiting["inviter"], waiting["called"]) == ({"name": "Lin"}, [{"name": "Mei"}])
    assert waiting["department"] == {"slug": "technology"}
    assert waiting["conversation"] == {"id": node_id("Conversation", place)}
    assert (waiting["verdict"], waiting["settledAt"], waiting["comment"]) == (None, None, None)
    settled = await settle(service, "zhao", waiting["id"], "UNJUSTIFIED")
    assert settled["review"] == {"verdict": "UNJUSTIFIED", "settledBy": {"name": "Zhao"}}
    assert await listed(service, "zhao") == []
    (done,) = await listed(service, "lin", settled=True)
    assert (done["verdict"], done["comment"]) == ("UNJUSTIFIED", "I was called, it burned.")
    assert [each["id"] for each in await listed(service, "admin", settled=None)] == [done["id"]]


async def test_only_what_was_sent_is_reviewed(service: Service) -> None:
    """R54: one for each invitation; none for what was refused, and none for an ordinary one."""
    place = await open_with(service, ConversationClass.URGENT)
    await invite(service, "lin", "mei", "lin", "wang", conversation=place, request=URGENT)
    assert sorted(each["called"][0]["name"] for each in await listed(service, "zhao")) == [
        *("Mei", "Wang")
    ]
    await invite(service, "lin", "chen", conversation=place)
    assert len(await rows(service, reviews)) == 2


async def test_those_who_oversee_the_inviter_hear_of_it(service: Service) -> None:
    """R54: supervisors of the department and admins, at once, with a notice; and of how it ended the inviter."""
    await called(service, "mei")
    world = service.world
    for key in ("zhao", "admin"):
        assert await heard(service, world.agents[key]) == ["EmergencyReviewOpened"]
    assert "EmergencyReviewOpened" not in await heard(service, world.agents["mei"])
    (waiting,) = await listed(service, "zhao")
    await settle(service, "zhao", waiting["id"])
    for key in ("zhao", "admin", "lin"):
        assert (await heard(service, world.agents[key]))[-1] == "EmergencyReviewSettled"


async def test_the_inbox_tells_of_it_ready_to_be_shown(service: Service) -> None:
    """R54, R76: as a notice of high priority."""
    document = """subscription { inbox { __typename notice { title priority }
      ... on EmergencyReviewOpened { review { reason inviter { name } } } } }"""
    async with service.agent("zhao").listen(document) as listener:
        await listener.event()
        await called(service, "mei")
        told = await listener.event()
    assert told["__typename"] == "EmergencyReviewOpened"
    assert told["review"] == {"reason": "All shops are down", "inviter": {"name": "Lin"}}
    assert told["notice"] == {
        "title": "An emergency waits for your review",
        "priority": "HIGH",
    }


VERDICTS = "subscription { inbox { __typename notice { title body kind priority link } } }"


async def test_who_called_it_is_told_what_was_found(service: Service) -> None:
    """R54, R76: in a notice of their own; of those who oversee them nobody needs one."""
    await called(service, "mei")
    (waiting,) = await listed(service, "zhao")
    async with (
        service.agent("lin").listen(VERDICTS) as inviter,
        service.agent("admin").listen(VERDICTS) as overseer,
    ):
        for listener in (inviter, overseer):
            await listener.event()
        await settle(service, "zhao", waiting["id"], "UNJUSTIFIED")
        told, other = await inviter.event(), await overseer.event()
    assert told["__typename"] == other["__typename"] == "EmergencyReviewSettled"
    assert other["notice"] is None
    assert told["notice"] == {
        "title": "Your emergency was reviewed",
        "body": "Zhao found it UNJUSTIFIED: the comment says more.",
        "kind": "ANSWER",
        "priority": "NORMAL",
        "link": "inbox",
    }


UNDECIDED = "{ unreadCounts { total approvals authorizations emergencyReviews } }"


async def unreviewed(service: Service, key: str) -> int:
    seen = await service.agent(key).run("{ unreadCounts { emergencyReviews } }")
    count: int = seen["unreadCounts"]["emergencyReviews"]
    return count


async def undecided(service: Service, key: str) -> tuple[int, ...]:
    seen = (await service.agent(key).run(UNDECIDED))["unreadCounts"]
    counts = [seen[each] for each in ("approvals", "authorizations", "emergencyReviews")]
    assert seen["total"] == sum(counts)
    return tuple(counts)


async def test_what_waits_for_a_decision_is_counted_for_who_decides(service: Service) -> None:
    """R54, R78: reviews, approvals and authorisations, until they are decided; never one's own."""
    await supervise(service.database, service.world, "chen", "customer-service")
    await called(service, "wang", by="zhao")
    place = await called(service, "gao")
    waits = await invited(service, "lin", "mei")
    wanted = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": node_id("Conversation", place)}
    asked = await act(service.agent("lin"), "requestAuthorization", **wanted, purpose="A call.")
    assert codes(asked) == []
    expected = {"zhao": (0, 1, 1), "admin": (0, 1, 2), "chen": (1, 0, 0), "lin": (0, 0, 0)}
    for key, counts in {**expected, "mei": (0, 0, 0), "other": (0, 0, 0)}.items():
        assert await undecided(service, key) == counts, key
    for each in await listed(service, "admin"):
        await settle(service, "admin", each["id"])
    await act(service.agent("chen"), "rejectInvitation", invitationId=waits)
    assert [await undecided(service, key) for key in ("zhao", "admin", "chen")] == [
        *((0, 1, 0), (0, 1, 0), (0, 0, 0)),
    ]


@pytest.mark.parametrize(
    ("key", "code"),
    [("lin", "NOT_PERMITTED"), ("wang", "NOT_FOUND"), ("mei", "NOT_FOUND"), ("other", "NOT_FOUND")],
)
async def test_nobody_else_settles_it(service: Service, key: str, code: str) -> None:
    """R54, R156: the inviter never, others do not know of it."""
    await called(service, "mei")
    (waiting,) = await listed(service, "zhao")
    assert codes(await settle(service, key, waiting["id"])) == [code]
    assert (await rows(service, reviews))[0].settled_at is None


async def test_a_supervisor_who_calls_an_emergency_does_not_settle_it(service: Service) -> None:
    """R54: another one does, or an admin."""
    await called(service, "mei", by="zhao")
    (waiting,) = await listed(service, "admin")
    assert codes(await settle(service, "zhao", waiting["id"])) == ["NOT_PERMITTED"]
    await supervise(service.database, service.world, "chen", "technology")
    assert codes(await settle(service, "chen", waiting["id"])) == []


@pytest.mark.parametrize("key", ["zhao", "admin"])
async def test_whom_an_emergency_called_has_no_part_in_its_review(
    service: Service, key: str
) -> None:
    """R54, R156: nobody decides about their own; neither list, count nor inbox shows it to them."""
    await called(service, key)
    other = {"zhao": "admin", "admin": "zhao"}[key]
    (waiting,) = await listed(service, other)
    assert codes(await settle(service, key, waiting["id"])) == ["NOT_FOUND"]
    assert await listed(service, key) == await listed(service, key, settled=None) == []
    assert [await unreviewed(service, each) for each in (key, other)] == [0, 1]
    assert codes(await settle(service, other, waiting["id"])) == []
    told = [await heard(service, service.world.agents[each]) for each in (key, other)]
    assert told[0] == ["InvitationCreated"]
    assert told[1] == ["EmergencyReviewOpened", "EmergencyReviewSettled"]


async def test_a_deputy_of_an_emergency_has_no_part_in_its_review_since_being_asked(
    service: Service,
) -> None:
    """R54: the review is of everybody whom it called; here nobody else is left, and it waits for another."""
    place = await open_with(service, ConversationClass.URGENT, primary="lin")
    deputy = ids(service, "zhao")
    await invited(service, "lin", "admin", conversation=place, request=URGENT, escalateTo=deputy)
    (waiting,) = await listed(service, "zhao")
    await escalate(service)
    for key in ("zhao", "admin"):
        assert await unreviewed(service, key) == 0
        assert codes(await settle(service, key, waiting["id"])) == ["NOT_FOUND"]
    await supervise(service.database, service.world, "chen", "technology")
    assert codes(await settle(service, "chen", waiting["id"])) == []


async def test_of_several_who_settle_it_the_first_wins(service: Service) -> None:
    """R54: the second is told so, and changes nothing."""
    await called(service, "mei")
    (waiting,) = await listed(service, "zhao")
    both = await asyncio.gather(
        settle(service, "zhao", waiting["id"]),
        settle(service, "admin", waiting["id"], "UNJUSTIFIED"),
    )
    assert sorted(codes(each) for each in both) == [[], ["REVIEW_NOT_PENDING"]]
    won = next(each["review"] for each in both if not codes(each))
    (row,) = await rows(service, reviews)
    assert str(row.verdict) == won["verdict"]


async def test_it_takes_a_comment(service: Service) -> None:
    await called(service, "mei")
    (waiting,) = await listed(service, "zhao")
    wanted = {"reviewId": waiting["id"], "verdict": "JUSTIFIED", "comment": "  "}
    zhao = service.agent("zhao")
    assert await refused(zhao, "settleEmergencyReview", **wanted) == "INVALID_INPUT"


async def test_reason_and_verdict_are_in_the_audit(service: Service) -> None:
    """R54, R157: who called it for what reason, and who found what."""
    await called(service, "mei")
    (waiting,) = await listed(service, "zhao")
    await settle(service, "zhao", waiting["id"], "UNJUSTIFIED")
    log = await service.agent("admin").run(
        "{ auditLog(first: 2) { nodes { operation facts { name value } } } }"
    )
    found = {each["operation"]: each["facts"] for each in log["auditLog"]["nodes"]}
    assert {"name": "verdict", "value": "UNJUSTIFIED"} in found["settleEmergencyReview"]
    reasons = [fact["value"] for fact in found["inviteAgents"] if "eason" in fact["name"]]
    assert "All shops are down" in reasons


async def test_the_database_lets_nobody_settle_their_own(service: Service) -> None:
    """R54: a rule that is also a constraint."""
    await called(service, "mei")
    own = {"settled_by_id": service.world.agents["lin"], "settled_at": reviews.c.raised_at}
    done = {"verdict": EmergencyVerdict.JUSTIFIED, "comment": "Mine"}
    with pytest.raises(sa.exc.IntegrityError):
        await change(service.database, sa.update(reviews).values(**own, **done))
