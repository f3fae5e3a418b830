"""What choosing how to be told takes."""

from __future__ import annotations

import strawberry

from domain import text
from domain.notices import Language, NoticeKind, NotificationChannel
from schema.inputs.fields import input_type, key, optional, value


@input_type
class NotificationRuleInput:
    """By which channels one kind of notice shall come."""

    kind: NoticeKind = value("Which notices.")
    channels: list[NotificationChannel] = value("Where to show them; none means not at all.")


@input_type
class QuietHoursInput:
    """When only the tray shall tell of news, unless it is urgent."""

    start: str = value("From this time of the day, written `HH:MM`, like `22:00`.")
    end: str = value(
        "To this one, like `07:00`, written alike; over midnight where it is earlier. The same time is INVALID_INPUT: it could mean never or "
        "always."
    )
    time_zone: str = value("Whose clock, like `Asia/Shanghai`.")


@input_type
class UpdateNotificationPreferencesInput:
    """Choose how you want to be told. What is left out stays as it is."""

    expected_version: int = value(
        "The preferences' `version` that you saw; VERSION_CONFLICT when they have changed since."
    )
    rules: list[NotificationRuleInput] | None = optional("The kinds of notices to change.")
    language: Language | None = optional("The language of your notices.")
    quiet_hours: QuietHoursInput | None = optional("Your quiet hours; null to have none.")
    idempotency_key: str | None = key()


@input_type
class MarkInvitationSeenInput:
    """Say that you have looked at an invitation."""

    invitation_id: strawberry.ID = value("An invitation sent to you.")
    device: str = optional(
        f"Where, in your own words; the name you gave to `inbox`. At most {text.NAME} characters.",
        "default",
    )
    idempotency_key: str | None = key()
