"""Inviting one, several, a department, with deputies, in an emergency."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fuzz.drawing import Draw, invitation, inviting, operation, seldom, somebody
from tests.fuzz.following import CAST
from tests.fuzz.play import Play, Step
from tests.service import node_id

ROLES = ("EXPERT", "COACH", "OBSERVER", "SCRIBE", "SUPERVISOR", "ASSISTANT", "GUEST_EXPERT")
LEVELS = ("READ_ONLY", "GUIDE", "EDIT", "MANAGE", "FULL")
DEPARTMENTS = ("technology", "customer-service", "external-experts")
SOON = (datetime.now(UTC) + timedelta(hours=8)).isoformat()


def _offer(play: Play, draw: Draw, target: dict[str, str]) -> dict[str, Any]:
    role = draw(ROLES)
    offer: dict[str, Any] = {"target": target, "role": role}
    if seldom(draw):
        offer["level"] = draw(LEVELS)
    if role == "ASSISTANT" or seldom(draw):
        offer["endsAt"] = SOON
    return offer


def _away(play: Play) -> list[str]:
    return [key for key in CAST if key not in play.present()]


def _colleague(play: Play, draw: Draw) -> dict[str, Any]:
    return _offer(play, draw, {"agentId": play.ids[somebody(play, draw, *_away(play))]})


def _invite(play: Play, draw: Draw, *offers: dict[str, Any], **request: Any) -> Step:
    input_ = {"conversationId": play.here, "invitees": list(offers), **request}
    return Step(somebody(play, draw, *inviting(play)), "inviteAgents", input_)


@operation("inviteAgents", often=4)
def invite(play: Play, draw: Draw) -> Step:
    return _invite(play, draw, _colleague(play, draw))


@operation("inviteAgents")
def invite_two(play: Play, draw: Draw) -> Step:
    """The second has what the first is offered."""
    first, others = _colleague(play, draw), _away(play) or list(CAST)
    second = first | {"target": {"agentId": play.ids[draw(others)]}}
    return _invite(play, draw, first, second)


@operation("inviteAgents")
def call_a_department(play: Play, draw: Draw) -> Step:
    department = play.world.departments[draw(DEPARTMENTS)]
    target = {"departmentId": node_id("Department", department)}
    return _invite(play, draw, _offer(play, draw, target))


@operation("inviteAgents", often=2)
def invite_with_deputies(play: Play, draw: Draw) -> Step:
    away = _away(play) or list(CAST)
    deputies = sorted({play.ids[draw(away)], play.ids[draw(away)]})
    return _invite(play, draw, _colleague(play, draw) | {"escalateTo": deputies})


@operation("inviteAgents")
def call_an_emergency(play: Play, draw: Draw) -> Step:
    reason = {"emergency": True, "emergencyReason": "Everything is down."}
    return _invite(play, draw, _colleague(play, draw), **reason)


@operation("inviteAgents")
def invite_a_guest(play: Play, draw: Draw) -> Step:
    target = {"agentId": play.ids["ext"]}
    guest = {"target": target, "role": "GUEST_EXPERT", "endsAt": SOON}
    input_ = {"conversationId": play.here, "invitees": [guest]}
    high = [key for key in inviting(play) if key in {"zhao", "admin"}]
    return Step(somebody(play, draw, *high), "inviteAgents", input_)


@operation("issueGuestToken")
def let_a_guest_in(play: Play, draw: Draw) -> Step | None:
    id_ = invitation(play, draw)
    if id_ is None:
        return None
    inviter = play.invited[id_].inviter
    return Step(somebody(play, draw, inviter), "issueGuestToken", {"invitationId": id_})
