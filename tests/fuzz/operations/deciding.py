"""Approving invitations into another department, and reviewing emergencies."""

from __future__ import annotations

from tests.fuzz.drawing import Draw, invitation, operation, somebody
from tests.fuzz.following import SUPERVISORS
from tests.fuzz.play import Play, Step


@operation("approveInvitation", "rejectInvitation", often=3)
def decide(play: Play, draw: Draw) -> Step | None:
    id_ = invitation(play, draw, "AWAITING_APPROVAL")
    if id_ is None:
        return None
    field = draw(("approveInvitation", "approveInvitation", "rejectInvitation"))
    likely = [SUPERVISORS[each] for each in (play.invited[id_].department,) if each]
    return Step(somebody(play, draw, *likely), field, {"invitationId": id_})


@operation("settleEmergencyReview")
def review(play: Play, draw: Draw) -> Step | None:
    if not play.reviews:
        return None
    input_ = {"reviewId": draw(play.reviews), "comment": "It was.", "verdict": "JUSTIFIED"}
    return Step(somebody(play, draw, "zhao", "admin"), "settleEmergencyReview", input_)
