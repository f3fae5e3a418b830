"""What mutations of authorizations answer."""

from __future__ import annotations

from typing import Any

from resolvers.reads.authorizations import authorizations_by_id
from schema.fields import batched, computed, output
from schema.payloads.base import Payload
from schema.types.authorizations import Authorization, CustomerContact


@output()
class AuthorizationPayload(Payload):
    authorization: Authorization | None = batched(
        Authorization | None,
        authorizations_by_id,
        "changed.authorization_id",
        "The authorisation as it is now; null on refusal.",
    )


@output()
class RequestAuthorizationPayload(AuthorizationPayload):
    """The outcome of asking."""


@output()
class ApproveAuthorizationPayload(AuthorizationPayload):
    """The outcome of approving."""


@output()
class DenyAuthorizationPayload(AuthorizationPayload):
    """The outcome of denying."""


@output()
class RevealCustomerContactPayload(Payload):
    """The outcome of revealing."""

    @computed(CustomerContact | None)
    def contact(self: Any) -> Any:
        """How the customer can be reached; null on refusal, and when an idempotency key repeats it: it is told once."""
        return self.changed.contact
