"""What sensitive operations and their authorisation take."""

from __future__ import annotations

import strawberry

from domain import text
from domain.authorizations import SensitiveOperation
from schema.inputs.fields import input_type, key, value

PURPOSE = f"What for. It goes into the audit. At most {text.REASON} characters."


@input_type
class RequestAuthorizationInput:
    """Ask to be let do something sensitive."""

    operation: SensitiveOperation = value("What you want to do.")
    target_id: strawberry.ID = value(
        "To what: a conversation for REVEAL_CUSTOMER_CONTACT, a guest's participant for ADJUST_GUEST."
    )
    purpose: str = value(PURPOSE)
    idempotency_key: str | None = key()


@input_type
class ApproveAuthorizationInput:
    """Let somebody do what they asked for, once."""

    authorization_id: strawberry.ID = value("What was asked for.")
    idempotency_key: str | None = key()


@input_type
class DenyAuthorizationInput:
    """Say no to what somebody asked for."""

    authorization_id: strawberry.ID = value("What was asked for.")
    idempotency_key: str | None = key()


@input_type
class RevealCustomerContactInput:
    """See how a customer can be reached."""

    conversation_id: strawberry.ID = value("The customer's conversation.")
    purpose: str = value(PURPOSE)
    idempotency_key: str | None = key()
