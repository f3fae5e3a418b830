"""Guests from outside the organization."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience, OrganizationRight
from resolvers.guests import admit_guest
from schema.context import Info
from schema.fields import mutation
from schema.guards import Requires
from schema.ids import decode
from schema.inputs.guests import IssueGuestTokenInput
from schema.payloads.guests import IssueGuestTokenPayload
from schema.performing import perform

HOSTS = Requires(audience=[Audience.AGENT], right=OrganizationRight.INVITE_EXTERNAL)


@strawberry.type
class GuestMutations:
    @mutation(IssueGuestTokenPayload, HOSTS)
    async def issue_guest_token(
        self,
        info: Info,
        input: Annotated[IssueGuestTokenInput, strawberry.argument(description="For whom.")],
    ) -> Any:
        """Have a token for a guest whom you invited, to hand to them: it is good for this one conversation.

        It ends by itself with the invitation, or with the guest's part. Ask as often as you like; the audit keeps each.
        NOT_PERMITTED where an identity provider makes the tokens: there let it name the conversation in the guest's.
        """
        id_ = decode(input.invitation_id, "Invitation")
        signs = info.context.services.sign is not None
        return await perform(
            info, input, lambda work, asker: admit_guest(work, asker, id_, signs=signs)
        )
