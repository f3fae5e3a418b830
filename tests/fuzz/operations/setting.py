"""What people set for themselves and for everybody: presence, preferences, policy, rules."""

from __future__ import annotations

from typing import Any

from tests.fuzz.drawing import Draw, operation, seldom, somebody
from tests.fuzz.play import Play, Step

PRESENCES = ("ONLINE", "ONLINE", "ONLINE", "BUSY", "AWAY", "DO_NOT_DISTURB")
GENEROUS = {
    "enabled": True,
    "rolesThatMayInvite": ["AGENT", "SUPERVISOR", "ADMIN"],
    "standardLimit": 6,
    "vipLimit": 6,
    "urgentLimit": 7,
    "collaborationsPerAgent": 5,
    "collaborationsPerOrganization": 500,
}
SETTINGS: tuple[dict[str, Any], ...] = (
    *[GENEROUS] * 6,
    {"standardLimit": 1},
    {"standardLimit": 3, "vipLimit": 2, "urgentLimit": 2},
    {"collaborationsPerAgent": 1},
    {"collaborationsPerOrganization": 1},
    {"enabled": False},
    {"rolesThatMayInvite": ["SUPERVISOR"]},
)
CHANNELS: tuple[list[str], ...] = (["DESKTOP"], [], ["TRAY", "SOUND"])


@operation("setPresence", often=2)
def set_presence(play: Play, draw: Draw) -> Step:
    return Step(somebody(play, draw), "setPresence", {"presence": draw(PRESENCES)})


@operation("heartbeat")
def be_there(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, *play.present())
    return Step(who, "heartbeat", {"conversationId": play.here})


@operation("updateCollaborationPolicy", often=2)
def set_policy(play: Play, draw: Draw) -> Step:
    version = play.versions["admin", "updateCollaborationPolicy"] + (1 if seldom(draw) else 0)
    input_ = {"expectedVersion": version, **draw(SETTINGS)}
    return Step(somebody(play, draw, "admin"), "updateCollaborationPolicy", input_)


@operation("updateNotificationPreferences")
def prefer(play: Play, draw: Draw) -> Step:
    who, field = somebody(play, draw), "updateNotificationPreferences"
    rules = [{"kind": "INVITATION", "channels": draw(CHANNELS)}]
    return Step(who, field, {"expectedVersion": play.versions[who, field], "rules": rules})


@operation("updateInviteRule")
def set_rule(play: Play, draw: Draw) -> Step | None:
    if not play.rules:
        return None
    id_ = draw(list(play.rules))
    set_ = {"expectedVersion": play.rules[id_], "automatic": draw((True, False))}
    return Step(somebody(play, draw, "admin"), "updateInviteRule", {"inviteRuleId": id_, **set_})
