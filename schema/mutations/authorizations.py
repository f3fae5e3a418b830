"""Sensitive operations, and the authorisation that they need."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.authorizations import TARGETS
from domain.permissions import Permission
from resolvers import authorizations
from schema.context import Info
from schema.fields import mutation
from schema.guards import AGENTS
from schema.ids import decode
from schema.inputs.authorizations import (
    ApproveAuthorizationInput,
    DenyAuthorizationInput,
    RequestAuthorizationInput,
    RevealCustomerContactInput,
)
from schema.mutations.participants import needs
from schema.payloads.authorizations import (
    ApproveAuthorizationPayload,
    DenyAuthorizationPayload,
    RequestAuthorizationPayload,
    RevealCustomerContactPayload,
)
from schema.performing import perform


@strawberry.type
class AuthorizationMutations:
    @mutation(RequestAuthorizationPayload, AGENTS)
    async def request_authorization(
        self,
        info: Info,
        input: Annotated[
            RequestAuthorizationInput, strawberry.argument(description="What, to what, what for.")
        ],
    ) -> Any:
        """Ask for the authorisation of a sensitive operation, as STEP_UP_REQUIRED demands.

        Whoever may do the operation by their level can ask: REPLY_TO_CUSTOMER for REVEAL_CUSTOMER_CONTACT,
        ADJUST_PERMISSION for ADJUST_GUEST. Supervisors of your department and admins decide, never you.
        """
        id_ = decode(input.target_id, TARGETS[input.operation])
        return await perform(
            info,
            input,
            lambda work, asker: authorizations.request_authorization(
                work, asker, input.operation, id_, input.purpose
            ),
        )

    @mutation(ApproveAuthorizationPayload, AGENTS)
    async def approve_authorization(
        self,
        info: Info,
        input: Annotated[ApproveAuthorizationInput, strawberry.argument(description="Which one.")],
    ) -> Any:
        """Let somebody do what they asked for: once, within `authorizationValiditySeconds` of the policy.

        For supervisors of the requester's department and admins, never the requester.
        """
        id_ = decode(input.authorization_id, "Authorization")
        return await perform(
            info,
            input,
            lambda work, asker: authorizations.approve_authorization(work, asker, id_),
        )

    @mutation(DenyAuthorizationPayload, AGENTS)
    async def deny_authorization(
        self,
        info: Info,
        input: Annotated[DenyAuthorizationInput, strawberry.argument(description="Which one.")],
    ) -> Any:
        """Say no to what somebody asked for. For those who could approve it."""
        id_ = decode(input.authorization_id, "Authorization")
        return await perform(
            info, input, lambda work, asker: authorizations.deny_authorization(work, asker, id_)
        )

    @mutation(RevealCustomerContactPayload, needs(Permission.REPLY_TO_CUSTOMER))
    async def reveal_customer_contact(
        self,
        info: Info,
        input: Annotated[
            RevealCustomerContactInput, strawberry.argument(description="Whose, and what for.")
        ],
    ) -> Any:
        """See once how the customer can be reached, unmasked. It uses up an authorisation: STEP_UP_REQUIRED without one.

        The audit keeps who saw it and what for. Never for guests.
        """
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info,
            input,
            lambda work, asker: authorizations.reveal_customer_contact(
                work, asker, id_, input.purpose
            ),
        )
