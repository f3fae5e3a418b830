"""Moving the lead: transfers, offers, delegations, takeovers."""

from __future__ import annotations

from tests.fuzz.drawing import Draw, helpers, operation, part, somebody
from tests.fuzz.operations.inviting import ROLES, SOON
from tests.fuzz.play import Play, Step


@operation("transferPrimary", often=2)
def transfer(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": part(play, draw), "stayAs": draw(ROLES[:5])}
    return Step(somebody(play, draw, play.leader), "transferPrimary", input_)


@operation("offerPrimary", often=2)
def offer(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": part(play, draw), "stayAs": draw(ROLES[:5])}
    return Step(somebody(play, draw, play.leader), "offerPrimary", input_)


@operation("acceptPrimary", "declinePrimary", often=2)
def answer_offer(play: Play, draw: Draw) -> Step:
    field = draw(("acceptPrimary", "acceptPrimary", "declinePrimary"))
    return Step(somebody(play, draw, *helpers(play)), field, {"conversationId": play.here})


@operation("withdrawPrimaryOffer")
def withdraw_offer(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, play.leader)
    return Step(who, "withdrawPrimaryOffer", {"conversationId": play.here})


@operation("appointDelegate", often=2)
def delegate(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": part(play, draw), "until": SOON, "stayAs": draw(ROLES[:5])}
    return Step(somebody(play, draw, play.leader), "appointDelegate", input_)


@operation("endDelegation")
def end_delegation(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, *play.present())
    return Step(who, "endDelegation", {"conversationId": play.here})


@operation("takeOverConversation")
def take_over(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "reason": "A reason."}
    return Step(somebody(play, draw, "zhao", "chen", "admin"), "takeOverConversation", input_)
