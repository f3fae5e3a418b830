"""Choosing how to be told, and having seen an invitation."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.notices import QuietHours, quiet_hours
from resolvers import notifications
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import AGENTS
from schema.ids import decode
from schema.inputs.notifications import (
    MarkInvitationSeenInput,
    QuietHoursInput,
    UpdateNotificationPreferencesInput,
)
from schema.payloads.notifications import (
    MarkInvitationSeenPayload,
    UpdateNotificationPreferencesPayload,
)
from schema.performing import perform


@strawberry.type
class NotificationMutations:
    @mutation(UpdateNotificationPreferencesPayload, AGENTS)
    async def update_notification_preferences(
        self,
        info: Info,
        input: Annotated[
            UpdateNotificationPreferencesInput, strawberry.argument(description="What to change.")
        ],
    ) -> Any:
        """Choose by which channels which notices come, in which language, and when it is quiet.

        What is set to what it is already changes nothing, and the version stays.
        """
        rules = {rule.kind: rule.channels for rule in given(input.rules) or ()}
        named, version = input.quiet_hours, input.expected_version

        async def update(work: Any, asker: Any) -> Any:
            unset = named is strawberry.UNSET
            quiet = [] if unset else [_read(named) if named else None]
            language = given(input.language)
            return await notifications.update_preferences(
                work, asker, version, rules, language, quiet
            )

        return await perform(info, input, update)

    @mutation(MarkInvitationSeenPayload, AGENTS)
    async def mark_invitation_seen(
        self,
        info: Info,
        input: Annotated[
            MarkInvitationSeenInput, strawberry.argument(description="Which one, where.")
        ],
    ) -> Any:
        """Say that you have looked at an invitation: its inviter sees that in `Invitation.deliveries`."""
        id_ = decode(input.invitation_id, "Invitation")
        return await perform(
            info,
            input,
            lambda work, asker: notifications.mark_seen(work, asker, id_, input.device),
        )


def _read(hours: QuietHoursInput) -> QuietHours:
    return quiet_hours(hours.start, hours.end, hours.time_zone)
