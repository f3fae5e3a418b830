"""Levels, what each permits, and which level each role may hold: tables, and the questions asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from domain.errors import InvalidInput, LevelTooHigh, NotPermitted


class PermissionLevel(IntEnum):
    READ_ONLY = 1
    GUIDE = 2
    EDIT = 3
    MANAGE = 4
    FULL = 5


class Permission(StrEnum):
    VIEW_CONVERSATION = "VIEW_CONVERSATION"
    READ_NOTES = "READ_NOTES"
    WRITE_NOTES = "WRITE_NOTES"
    PROPOSE_REPLY = "PROPOSE_REPLY"
    REPLY_TO_CUSTOMER = "REPLY_TO_CUSTOMER"
    OPERATE = "OPERATE"
    INVITE = "INVITE"
    ADJUST_PERMISSION = "ADJUST_PERMISSION"
    REMOVE_PARTICIPANT = "REMOVE_PARTICIPANT"
    APPROVE_REPLY = "APPROVE_REPLY"
    TRANSFER_PRIMARY = "TRANSFER_PRIMARY"
    APPOINT_DELEGATE = "APPOINT_DELEGATE"
    PAUSE = "PAUSE"
    CLOSE = "CLOSE"


# The lowest level that holds each permission; every higher level holds it too.
LOWEST_LEVEL = {
    Permission.VIEW_CONVERSATION: PermissionLevel.READ_ONLY,
    Permission.READ_NOTES: PermissionLevel.READ_ONLY,
    Permission.WRITE_NOTES: PermissionLevel.GUIDE,
    Permission.PROPOSE_REPLY: PermissionLevel.GUIDE,
    Permission.REPLY_TO_CUSTOMER: PermissionLevel.EDIT,
    Permission.OPERATE: PermissionLevel.EDIT,
    Permission.INVITE: PermissionLevel.MANAGE,
    Permission.ADJUST_PERMISSION: PermissionLevel.MANAGE,
    Permission.REMOVE_PARTICIPANT: PermissionLevel.MANAGE,
    Permission.APPROVE_REPLY: PermissionLevel.MANAGE,
    Permission.TRANSFER_PRIMARY: PermissionLevel.FULL,
    Permission.APPOINT_DELEGATE: PermissionLevel.FULL,
    Permission.PAUSE: PermissionLevel.FULL,
    Permission.CLOSE: PermissionLevel.FULL,
}


class ParticipantRole(StrEnum):
    PRIMARY = "PRIMARY"
    EXPERT = "EXPERT"
    COACH = "COACH"
    OBSERVER = "OBSERVER"
    ASSISTANT = "ASSISTANT"
    SUPERVISOR = "SUPERVISOR"
    SCRIBE = "SCRIBE"
    GUEST_EXPERT = "GUEST_EXPERT"


class CollaborationStance(StrEnum):
    LEAD = "LEAD"
    SUPPORT = "SUPPORT"
    LEARNER = "LEARNER"
    MANAGER = "MANAGER"


@dataclass(frozen=True)
class RoleLevels:
    """What a role may hold: when invited, at most when invited, for good, and at all (then with an end)."""

    initial: PermissionLevel
    offered: PermissionLevel
    lasting: PermissionLevel
    ceiling: PermissionLevel
    end_required: bool = False


READ_ONLY, GUIDE, EDIT, MANAGE, FULL = PermissionLevel
ROLE_LEVELS = {
    ParticipantRole.EXPERT: RoleLevels(GUIDE, offered=EDIT, lasting=EDIT, ceiling=MANAGE),
    ParticipantRole.COACH: RoleLevels(GUIDE, offered=EDIT, lasting=EDIT, ceiling=MANAGE),
    ParticipantRole.SCRIBE: RoleLevels(GUIDE, offered=GUIDE, lasting=EDIT, ceiling=EDIT),
    ParticipantRole.OBSERVER: RoleLevels(READ_ONLY, offered=READ_ONLY, lasting=EDIT, ceiling=EDIT),
    ParticipantRole.ASSISTANT: RoleLevels(
        GUIDE, offered=GUIDE, lasting=EDIT, ceiling=EDIT, end_required=True
    ),
    ParticipantRole.SUPERVISOR: RoleLevels(MANAGE, offered=MANAGE, lasting=MANAGE, ceiling=MANAGE),
    ParticipantRole.GUEST_EXPERT: RoleLevels(
        GUIDE, offered=GUIDE, lasting=GUIDE, ceiling=GUIDE, end_required=True
    ),
}


def permits(level: PermissionLevel | None, permission: Permission) -> bool:
    return level is not None and level >= LOWEST_LEVEL[permission]


def permissions_of(level: PermissionLevel | None) -> list[Permission]:
    return [permission for permission in Permission if permits(level, permission)]


def check_permits(level: PermissionLevel | None, permission: Permission) -> None:
    if not permits(level, permission):
        raise NotPermitted(
            f"This needs {permission} in the conversation: level {LOWEST_LEVEL[permission].name} or higher."
        )


def stance(role: ParticipantRole, level: PermissionLevel) -> CollaborationStance:
    if role is ParticipantRole.PRIMARY:
        return CollaborationStance.LEAD
    if role is ParticipantRole.SUPERVISOR:
        return CollaborationStance.MANAGER
    return CollaborationStance.LEARNER if level is READ_ONLY else CollaborationStance.SUPPORT


def check_offer(
    own: PermissionLevel,
    role: ParticipantRole,
    level: PermissionLevel | None,
    ends_at: datetime | None,
    *,
    external: bool = False,
) -> None:
    """Refuse a role, level and end that somebody at level `own` may not offer; no level means the role's own."""
    if role not in ROLE_LEVELS:
        raise InvalidInput(f"Nobody can be invited as {role}.", path=["role"])
    check_guest(role, "role", external=external)
    levels = ROLE_LEVELS[role]
    if levels.end_required and ends_at is None:
        raise InvalidInput(f"{role} is for a limited time: say when it ends.", path=["endsAt"])
    level = level or levels.initial
    check_below(own, level)
    if level > levels.offered:
        raise LevelTooHigh(f"{role} can be offered {levels.offered.name} at most.")


def check_guest(role: ParticipantRole, *path: str, external: bool) -> None:
    if external != (role is ParticipantRole.GUEST_EXPERT):
        raise InvalidInput(
            "Outside experts, and only they, are invited as GUEST_EXPERT.", path=list(path)
        )


def check_below(own: PermissionLevel, *levels: PermissionLevel) -> None:
    if any(level >= own for level in levels):
        raise LevelTooHigh(f"Only levels below your own, {own.name}, are yours to give or take.")


def check_raise(role: ParticipantRole, level: PermissionLevel, until: datetime | None) -> None:
    """Refuse a level above what the role may hold for good, or for a time."""
    levels = ROLE_LEVELS[role]
    if level > levels.ceiling:
        raise LevelTooHigh(f"{role} can hold {levels.ceiling.name} at most.")
    if level > levels.lasting and until is None:
        raise LevelTooHigh(f"{role} can hold {level.name} only for a time: say until when.")
