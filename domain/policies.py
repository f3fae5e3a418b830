"""What an organization can set, with its defaults and bounds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass
from domain.errors import InvalidInput
from domain.retention import MOST_DAYS


class DiscussFirst(StrEnum):
    NEVER = "NEVER"
    IMPORTANT_ONLY = "IMPORTANT_ONLY"
    ALWAYS = "ALWAYS"


def within(default: int, low: int, high: int) -> Any:
    """Declare a number that may be set from `low` to `high`."""
    return field(default=default, metadata={"bounds": (low, high)})


HOUR, DAY = 3600, 86_400
SIGN_SECONDS = 10  # that somebody is there is written down no more often


@dataclass(frozen=True)
class Policy:
    """The rules of one organization. Durations are seconds, weights are percent."""

    enabled: bool = True
    standard_limit: int = within(3, 1, 50)
    vip_limit: int = within(5, 1, 50)
    urgent_limit: int = within(7, 1, 50)
    complaint_limit: int = within(7, 1, 50)
    collaborations_per_agent: int = within(5, 1, 100)
    collaborations_per_organization: int = within(500, 1, 1_000_000)
    roles_that_may_invite: frozenset[OrganizationRole] = field(
        default_factory=lambda: frozenset(OrganizationRole)
    )
    discuss_first: DiscussFirst = DiscussFirst.IMPORTANT_ONLY
    invitation_validity_seconds: int = within(300, 10, DAY)
    approval_validity_seconds: int = within(300, 10, DAY)
    longest_deferral_seconds: int = within(300, 10, HOUR)
    reminder_seconds: int = within(30, 1, HOUR)
    deputies_after_seconds: int = within(60, 5, HOUR)
    invitations_per_inviter_per_minute: int = within(10, 1, 1000)
    invitations_per_invitee_per_minute: int = within(5, 1, 1000)
    emergencies_per_inviter_per_hour: int = within(3, 1, 100)
    authorization_validity_seconds: int = within(120, 10, HOUR)
    idle_warning_seconds: int = within(600, 30, DAY)
    idle_removal_seconds: int = within(900, 40, DAY)
    primary_unresponsive_seconds: int = within(180, 10, DAY)
    invitation_answer_target_seconds: int = within(30, 1, DAY)
    decision_target_seconds: int = within(120, 1, DAY)
    customer_reply_target_seconds: int = within(300, 1, DAY)
    collaboration_target_seconds: int = within(1800, 1, 30 * DAY)
    presence_lease_seconds: int = within(30, 2, HOUR)
    heartbeat_seconds: int = within(10, 1, HOUR)
    skill_weight: int = within(40, 0, 100)
    history_weight: int = within(30, 0, 100)
    load_weight: int = within(20, 0, 100)
    availability_weight: int = within(10, 0, 100)
    event_retention_days: int = within(30, 1, MOST_DAYS)


BOUNDS: Mapping[str, tuple[int, int]] = {
    each.name: each.metadata["bounds"] for each in fields(Policy) if "bounds" in each.metadata
}
# A setting that must stay below another, and by how much. Nobody who sends heartbeats is idle, though what was written
# down of them is older than their last sign, and the next one may come late.
BELOW = (
    ("idle_warning_seconds", "idle_removal_seconds", 1),
    ("heartbeat_seconds", "presence_lease_seconds", 1),
    ("heartbeat_seconds", "idle_warning_seconds", 2 * SIGN_SECONDS),
)
WEIGHTS = ("skill_weight", "history_weight", "load_weight", "availability_weight")


def published(name: str) -> str:
    """Return what clients call a setting."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def changed(policy: Policy, settings: Mapping[str, Any]) -> Policy:
    """Return the policy with these settings instead, or refuse what cannot be set.

    What was set while other bounds held stands until somebody sets it anew.
    """
    for name, value in settings.items():
        if value is None:
            raise _refused(name, "A setting cannot be empty; leave it out to keep it as it is.")
        low, high = BOUNDS.get(name, (value, value))
        if not low <= value <= high:
            raise _refused(name, f"This can be {low} to {high}; {value} was given.")
    after = replace(policy, **settings)
    for name, other, least in BELOW:
        touched = name in settings or other in settings
        if touched and getattr(after, other) - getattr(after, name) < least:
            given = name if name in settings else other
            words = f"{published(name)} must be at least {least} less than {published(other)}."
            raise _refused(given, words)
    if (total := sum(getattr(after, name) for name in WEIGHTS)) != 100:
        raise _refused(WEIGHTS[0], f"The four weights are percent: together 100, not {total}.")
    return after


def bounds_of(name: str) -> list[str]:
    """Return in words what a setting can be; nothing for what is no number."""
    bounds = ["{} to {}".format(*BOUNDS[name])] if name in BOUNDS else []
    below = [(other, least) for lower, other, least in BELOW if lower == name]
    return bounds + [f"at least {least} less than `{published(other)}`" for other, least in below]


def _refused(name: str, message: str) -> InvalidInput:
    return InvalidInput(message, path=["input", published(name)])


def differences(before: Policy, after: Policy) -> dict[str, tuple[str, str]]:
    """Return each setting that differs, by its published name, as words."""
    names = [each.name for each in fields(Policy)]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {
        published(name): (in_words(old), in_words(new))
        for name, (old, new) in pairs.items()
        if old != new
    }


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return str(value)


def collaborator_limit(policy: Policy, classes: Collection[ConversationClass]) -> int:
    """Return the seats of a conversation: the largest limit of its classes."""
    limits = {
        ConversationClass.STANDARD: policy.standard_limit,
        ConversationClass.VIP: policy.vip_limit,
        ConversationClass.URGENT: policy.urgent_limit,
        ConversationClass.COMPLAINT: policy.complaint_limit,
    }
    return max(limits[kind] for kind in classes or (ConversationClass.STANDARD,))
