"""What letting a guest in answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from schema.context import Info
from schema.fields import computed, output
from schema.payloads.base import InvitationPayload


@output()
class IssueGuestTokenPayload(InvitationPayload):
    """The outcome: a token to hand to the guest, and to nobody else."""

    @computed(str | None)
    def token(self: Any, info: Info) -> Any:
        """Send it as `Authorization: Bearer ...`; null on refusal.

        With it the guest can answer this invitation, and take part in this conversation as long as the invitation and then
        their part last; another invitation needs another token. It opens no inbox and nothing else of your organization.
        """
        guest, sign = self.changed.guest, info.context.services.sign
        by = self.changed.invitation_id
        return guest and sign and sign(guest.agent_id, guest.conversation_id, by, guest.until)

    @computed(datetime | None)
    def expires_at(self: Any) -> Any:
        """Until when it is good at most: when the guest's part would end; null on refusal."""
        return self.changed.guest and self.changed.guest.until
