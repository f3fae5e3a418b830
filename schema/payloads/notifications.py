"""What mutations of notifications answer."""

from __future__ import annotations

from resolvers.reads.notifications import preferences_of
from schema.fields import batched, output
from schema.payloads.base import InvitationPayload, Payload
from schema.types.notices import NotificationPreferences


@output()
class MarkInvitationSeenPayload(InvitationPayload):
    """The outcome of having seen an invitation."""


@output()
class UpdateNotificationPreferencesPayload(Payload):
    """The outcome of choosing how to be told."""

    preferences: NotificationPreferences | None = batched(
        NotificationPreferences | None,
        preferences_of,
        "changed.agent_id",
        "Your preferences as they are now; null on refusal.",
    )
