"""What becomes of an authorisation."""

from __future__ import annotations

from domain.authorizations import AuthorizationStatus
from scripts.reference.machines import CLOCK, SERVICE, Machine, Step, machine

# What becomes of an authorisation, from each state that is not final.
DECIDER = "a supervisor of the requester, or an admin"
UNUSED = {
    AuthorizationStatus.EXPIRED: [("expiresAt", CLOCK, "", "at `expiresAt`")],
    AuthorizationStatus.CANCELED: [
        ("ask anew", "the requester", "requestAuthorization", "for the same"),
        (
            "cancel",
            SERVICE,
            "",
            "the requester loses the level or leaves, or the conversation closes",
        ),
    ],
}
AUTHORIZED = {
    AuthorizationStatus.PENDING: {
        AuthorizationStatus.APPROVED: [
            ("approve", DECIDER, "approveAuthorization", "before `expiresAt`")
        ],
        AuthorizationStatus.DENIED: [("deny", DECIDER, "denyAuthorization", "before `expiresAt`")],
        **UNUSED,
    },
    AuthorizationStatus.APPROVED: {
        AuthorizationStatus.USED: [
            ("use", "the requester", "revealCustomerContact", "before `expiresAt`")
        ],
        **UNUSED,
    },
}


def authorization() -> Machine:
    steps = [
        Step(source.value, target.value, *way)
        for source, outcomes in AUTHORIZED.items()
        for target, ways in outcomes.items()
        for way in ways
    ]
    begin = "It begins with `requestAuthorization`."
    return machine("authorization", "Authorization", begin, steps, AuthorizationStatus)
