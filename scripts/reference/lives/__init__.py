"""The state machines of the product, taken from its rules."""

from __future__ import annotations

from scripts.reference.lives.authorizations import authorization
from scripts.reference.lives.connections import connection
from scripts.reference.lives.conversations import collaboration, conversation
from scripts.reference.lives.handing import delegation, offer
from scripts.reference.lives.invitations import invitation
from scripts.reference.lives.participants import level, participant
from scripts.reference.machines import Machine

MACHINES = (
    invitation,
    conversation,
    participant,
    level,
    offer,
    delegation,
    authorization,
    collaboration,
    connection,
)


def machines() -> list[Machine]:
    return [make() for make in MACHINES]
