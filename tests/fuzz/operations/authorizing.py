"""Asking for the authorisation of something sensitive, deciding about it, and using it."""

from __future__ import annotations

from tests.fuzz.drawing import Draw, inviting, operation, part, seldom, somebody
from tests.fuzz.play import Play, Step

REVEAL = "REVEAL_CUSTOMER_CONTACT"


@operation("requestAuthorization", often=2)
def request(play: Play, draw: Draw) -> Step:
    input_ = {"operation": REVEAL, "targetId": play.here, "purpose": "A call."}
    if seldom(draw):
        input_ |= {"operation": "ADJUST_GUEST", "targetId": part(play, draw)}
    return Step(somebody(play, draw, *inviting(play)), "requestAuthorization", input_)


@operation("approveAuthorization", "denyAuthorization", often=3)
def decide(play: Play, draw: Draw) -> Step | None:
    undecided = [id_ for id_, status in play.authorizations.items() if status == "PENDING"]
    known = list(play.authorizations) if seldom(draw) or not undecided else undecided
    if not known:
        return None
    field = draw(("approveAuthorization", "approveAuthorization", "denyAuthorization"))
    who = somebody(play, draw, "zhao", "admin")
    return Step(who, field, {"authorizationId": draw(known)})


@operation("revealCustomerContact", often=2)
def reveal(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "purpose": "A call."}
    return Step(somebody(play, draw, *inviting(play)), "revealCustomerContact", input_)
