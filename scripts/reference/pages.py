"""The generated places of docs/, by the names that stand in their markers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from domain.agents import AgentPresence, presence
from domain.permissions import (
    ROLE_LEVELS,
    CollaborationStance,
    ParticipantRole,
    Permission,
    PermissionLevel,
    RoleLevels,
    permits,
    stance,
)
from domain.policies import Policy, bounds_of, in_words, published
from schema.types.policies import SETTINGS
from scripts.reference import advice
from scripts.reference.lives import machines
from scripts.reference.machines import Machine
from scripts.reference.markdown import Generated, code, codes, table
from scripts.reference.published import meanings
from scripts.reference.requirements import requirements

YES, NO = "yes", ""


def permissions() -> str:
    """Every permission with the levels that hold it."""
    meaning = meanings("Permission")
    rows = [
        [code(permission), _first_sentence(meaning[permission])]
        + [YES if permits(level, permission) else NO for level in PermissionLevel]
        for permission in Permission
    ]
    return table(["permission", "", *(code(level.name) for level in PermissionLevel)], rows)


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".") + "."


def roles() -> str:
    """What each role may hold. The primary always holds FULL."""
    head = ["role", "when invited", "can be offered", "can be raised to", "for a time to", "end"]
    primary = [code(ParticipantRole.PRIMARY), code("FULL"), "", "", "", ""]
    rows = [[code(role), *_ceilings(levels)] for role, levels in ROLE_LEVELS.items()]
    return table(head, [primary, *rows])


def _ceilings(levels: RoleLevels) -> list[str]:
    named = [levels.initial, levels.offered, levels.lasting, levels.ceiling]
    end = "compulsory" if levels.end_required else "optional"
    return [*(code(level.name) for level in named), end]


def stances() -> str:
    """Which roles stand how at which level."""
    held = {
        kind: dict.fromkeys(
            role for role in ParticipantRole for level in _held_by(role) if stance(role, level) is kind
        )
        for kind in CollaborationStance
    }  # fmt: skip
    meaning = meanings("CollaborationStance")
    rows = [[code(kind), meaning[kind], codes(held[kind])] for kind in CollaborationStance]
    return table(["stance", "", "roles"], rows)


def _held_by(role: ParticipantRole) -> list[PermissionLevel]:
    if role is ParticipantRole.PRIMARY:
        return [PermissionLevel.FULL]
    levels = ROLE_LEVELS[role]
    return [level for level in PermissionLevel if levels.initial <= level <= levels.ceiling]


def policy() -> str:
    """Every setting of an organization, by the name that reading, setting and history use."""
    usual = Policy()
    rows = [
        [code(published(name)), meaning, in_words(getattr(usual, name)), "; ".join(bounds_of(name))]
        for name, meaning in SETTINGS.items()
    ]
    return table(["setting", "", "default", "can be"], rows)


def presences() -> str:
    """What colleagues see, from what is stated and whether somebody is connected."""
    now = datetime.now(UTC)
    later, before = now + timedelta(seconds=1), now - timedelta(seconds=1)
    rows = [
        [code(stated), code(presence(stated, later, now)), code(presence(stated, before, now))]
        for stated in AgentPresence
    ]
    return table(["stated with `setPresence`", "seen while connected", "seen otherwise"], rows)


def _machine(machine: Machine) -> str:
    rows = [
        [_state(step.source), _state(step.target), step.by, code(step.cause) if step.is_mutation else "", step.note]
        for step in machine.steps
    ]  # fmt: skip
    parts = [
        f"![{machine.title}: a diagram of the table below](states/{machine.name}.svg)",
        machine.begin,
        table(["from", "to", "by", "mutation", "when"], rows),
    ]
    return "\n\n".join([*parts, *_unused(machine)])


def _state(name: str) -> str:
    return code(name) if name.isupper() else name


def _unused(machine: Machine) -> list[str]:
    if not machine.unused:
        return []
    verb = "is" if len(machine.unused) == 1 else "are"
    names = " and ".join(code(name) for name in machine.unused)
    return [f"{names} {verb} in the schema; nothing leads there yet."]


def refusals() -> str:
    """The codes of payload errors, group by group."""
    meaning, parts = meanings("UserErrorCode"), []
    for group, actions in advice.REFUSALS.items():
        rows = [[code(name), meaning[name], action] for name, action in actions.items()]
        parts += [f"### {group}", table(["code", "what happened", "what to do"], rows)]
    return "\n\n".join(parts)


def failures() -> str:
    rows = [[code(name), what, action] for name, (what, action) in advice.FAILURES.items()]
    return table(["code", "what happened", "what to do"], rows)


def generated() -> Generated:
    """Return what makes each generated place."""
    return {
        "permissions": permissions,
        "roles": roles,
        "stances": stances,
        "policy": policy,
        "presences": presences,
        "refusals": refusals,
        "failures": failures,
        "requirements": requirements,
        **{machine.name: partial(_machine, machine) for machine in machines()},
    }
