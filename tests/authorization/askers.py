"""Every kind of asker, and what contract and declarations promise them: computed here, never asked of the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.actors import Audience, OrganizationRight
from domain.permissions import Permission, PermissionLevel
from schema.guards import AGENTS, Guard, Public

READ_ONLY, GUIDE, EDIT, MANAGE, FULL = PermissionLevel
MEMBER = frozenset({OrganizationRight.FIND_AGENTS, OrganizationRight.OPEN_CONVERSATION})
HOSTS = MEMBER | {OrganizationRight.INVITE_EXTERNAL}
HOST = frozenset({OrganizationRight.OPEN_CONVERSATION})

# The table of levels, written out once more.
HELD = {
    READ_ONLY: {Permission.VIEW_CONVERSATION, Permission.READ_NOTES},
    GUIDE: {Permission.WRITE_NOTES, Permission.PROPOSE_REPLY},
    EDIT: {Permission.REPLY_TO_CUSTOMER, Permission.OPERATE},
    MANAGE: {
        Permission.INVITE,
        Permission.ADJUST_PERMISSION,
        Permission.REMOVE_PARTICIPANT,
        Permission.APPROVE_REPLY,
    },
    FULL: {
        Permission.TRANSFER_PRIMARY,
        Permission.APPOINT_DELEGATE,
        Permission.PAUSE,
        Permission.CLOSE,
    },
}


@dataclass(frozen=True)
class Asker:
    """`key` is who it is in the world; `level` is held in the one conversation that is asked about.

    Who is `bound` has a token that names it.
    """

    key: str = ""
    audience: Audience | None = Audience.AGENT
    level: PermissionLevel | None = None
    rights: frozenset[OrganizationRight] = MEMBER
    ours: bool = True
    oversees: bool = False
    invited: bool = False
    served: bool = False
    guest: bool = False
    bound: bool = False

    def holds(self, permission: Permission) -> bool:
        levels = [level for level in PermissionLevel if self.level and level <= self.level]
        return any(permission in HELD[level] for level in levels)


ASKERS = {
    "anonymous": Asker(audience=None, rights=frozenset()),
    "agent of another organization": Asker("other", ours=False),
    "agent outside": Asker("mei"),
    "pending invitee": Asker("gao", invited=True),
    "observer": Asker("wang", level=READ_ONLY),
    "guide": Asker("chen", level=GUIDE),
    "edit": Asker("sun", level=EDIT),
    "manage": Asker("zhou", level=MANAGE),
    "primary": Asker("lin", level=FULL, rights=HOSTS),
    "former participant": Asker("he"),
    "supervisor outside": Asker("zhao", oversees=True, rights=HOSTS),
    "admin outside": Asker(
        "admin",
        oversees=True,
        rights=HOSTS | {OrganizationRight.MANAGE_POLICY, OrganizationRight.READ_AUDIT},
    ),
    "outside expert": Asker("ext", rights=frozenset()),
    "guest": Asker("fay", level=GUIDE, rights=frozenset(), guest=True),
    "guest by token": Asker("fay", level=GUIDE, rights=frozenset(), guest=True, bound=True),
    "colleague by token": Asker("chen", level=GUIDE, rights=frozenset(), bound=True),
    "customer": Asker("customer", Audience.CUSTOMER, rights=frozenset(), served=True),
    "another customer": Asker("neighbour", Audience.CUSTOMER, rights=frozenset()),
    "integration": Asker("site", Audience.INTEGRATION, rights=HOST, served=True),
}


def _inside(asker: Asker) -> bool:
    return asker.level is not None


def _around(asker: Asker) -> bool:
    return _inside(asker) or asker.oversees


def _finds(asker: Asker) -> bool:
    return asker.ours and OrganizationRight.FIND_AGENTS in asker.rights


# Who sees which kind of row: the conversation's, or the organization's.
SEES: dict[str, Callable[[Asker], bool]] = {
    "Conversation": _around,
    "Collaboration": _around,
    "Participant": _around,
    "PrimaryOffer": _inside,
    "ServiceStage": _inside,
    "Authorization": lambda asker: asker.key == "sun" or asker.oversees,
    "EmergencyReview": lambda asker: asker.key == "lin" or asker.oversees,
    "Delegation": _around,
    "Customer": _inside,
    "CustomerMessage": _inside,
    "InternalNote": _inside,
    "Invitation": lambda asker: (_inside(asker) and not asker.guest) or asker.invited,
    "GuestInvitation": _inside,
    "Approval": lambda asker: asker.key in {"zhao", "mei"},
    "Agent": _finds,
    "Department": lambda asker: _finds(asker) or asker.key == "chen",
    "InviteRule": _finds,
    "Skill": _finds,
    "AuditEntry": lambda asker: asker.ours and OrganizationRight.READ_AUDIT in asker.rights,
    "Transcript": lambda asker: asker.served,
}

HIDDEN = {
    "Query": "null",
    "Mutation": "refused NOT_FOUND",
    "Subscription": "error NOT_FOUND",
}
TOO_LOW = {
    "Query": "error FORBIDDEN",
    "Mutation": "refused NOT_PERMITTED",
    "Subscription": "error FORBIDDEN",
}
ADMITTED = "admitted"


def admission(asker: Asker, guards: Sequence[Guard]) -> str:
    """Return what audience and right promise, before any argument is read."""
    for guard in guards:
        if isinstance(guard, Public):
            continue
        if asker.audience is None:
            return "error UNAUTHENTICATED"
        if guard.audience and asker.audience not in guard.audience:
            return "error FORBIDDEN"
        if guard.right and guard.right not in asker.rights:
            return "error FORBIDDEN"
    return ADMITTED


def permissions(guards: Sequence[Guard]) -> list[Permission]:
    return [g.permission for g in guards if not isinstance(g, Public) and g.permission]


def promised(asker: Asker, root: str, guards: Sequence[Guard], plan: Any) -> str:
    """Return what a root field answers about the row that its arguments name."""
    if (answer := admission(asker, guards)) != ADMITTED:
        return answer
    if plan.inbox and asker.bound:
        return TOO_LOW[root]
    if plan.row and not SEES[plan.row](asker):
        return HIDDEN[root]
    if plan.row and not all(asker.holds(each) for each in permissions(guards)):
        return TOO_LOW[root]
    if plan.mine and not plan.mine(asker):
        return TOO_LOW[root]
    answer = plan.rules.get(asker.level, ADMITTED)
    return str(answer)


def promised_below(asker: Asker, kind: str, guards: Sequence[Guard]) -> str:
    """Return what a field of a row answers when the row is asked for by its id."""
    if (answer := admission(asker, [AGENTS])) != ADMITTED:
        return answer
    if not SEES[kind](asker):
        return "null"
    held = all(asker.holds(each) for each in permissions(guards))
    return ADMITTED if held and admission(asker, guards) == ADMITTED else "field FORBIDDEN"
