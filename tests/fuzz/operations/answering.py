"""Answering an invitation, and taking one back."""

from __future__ import annotations

from typing import Any

from tests.fuzz.drawing import Draw, invitation, operation, somebody
from tests.fuzz.play import Play, Step


def _answer(play: Play, draw: Draw, field: str, **said: Any) -> Step | None:
    id_ = invitation(play, draw)
    if id_ is None:
        return None
    invited = play.invited[id_]
    likely = invited.inviter if field == "revokeInvitation" else invited.invitee
    return Step(somebody(play, draw, likely), field, {"invitationId": id_, **said})


@operation("acceptInvitation", often=5)
def accept(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "acceptInvitation")


@operation("declineInvitation", often=2)
def decline(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "declineInvitation", reason=draw(("BUSY", None)))


@operation("deferInvitation")
def defer(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "deferInvitation", seconds=draw((None, 60, 100_000)))


@operation("revokeInvitation")
def revoke(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "revokeInvitation")


@operation("markInvitationSeen")
def mark_seen(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "markInvitationSeen")
