"""Levels up and down and until a time, removing, leaving, and ending the group."""

from __future__ import annotations

from tests.fuzz.drawing import Draw, helpers, inviting, operation, part, seldom, somebody
from tests.fuzz.operations.inviting import LEVELS, SOON
from tests.fuzz.play import Play, Step


@operation("adjustPermission", often=3)
def adjust(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": part(play, draw), "level": draw(LEVELS)}
    if draw((True, False)):
        input_["until"] = SOON
    return Step(somebody(play, draw, play.leader, *inviting(play)), "adjustPermission", input_)


@operation("removeParticipant")
def remove(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, *inviting(play))
    return Step(who, "removeParticipant", {"participantId": part(play, draw)})


@operation("leaveConversation")
def leave(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, *helpers(play))
    return Step(who, "leaveConversation", {"conversationId": play.here})


@operation("endCollaboration")
def end_collaboration(play: Play, draw: Draw) -> Step | None:
    if not seldom(draw):
        return None
    input_ = {"conversationId": play.here, "outcome": "RESOLVED"}
    return Step(somebody(play, draw, play.leader), "endCollaboration", input_)


@operation("advanceStage")
def advance(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "name": "Diagnosis"}
    if draw((True, False)):
        input_["ownerId"] = part(play, draw)
    return Step(somebody(play, draw, *play.present()), "advanceStage", input_)
