"""How often people may be invited: counted over the invitations of the last minute and hour."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from domain.errors import Refusal, TooOften
from domain.policies import Policy

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True)
class Sent:
    """An invitation that was sent `age` seconds ago. Those of one group were one act of inviting."""

    inviter_id: object
    invitee_id: object
    group_id: object
    emergency: bool
    age: float


def wait(ages: Collection[float], limit: int, window: float) -> float | None:
    """Return the seconds until fewer than `limit` lie within the window; None when it is so now."""
    if len(ages) < limit:
        return None
    young = sorted(age for age in ages if age < window)
    return None if len(young) < limit else window - young[limit - 1]


def reasons_of_frequency(
    policy: Policy, sent: Iterable[Sent], inviter_id: object, invitee_id: object, *, emergency: bool
) -> Iterator[Refusal]:
    sent = list(sent)
    own = {each.group_id: each.age for each in sent if each.inviter_id == inviter_id}
    if seconds := wait(own.values(), policy.invitations_per_inviter_per_minute, MINUTE):
        yield TooOften("You have sent as many invitations as allowed in a minute.", seconds)
    theirs = [each.age for each in sent if each.invitee_id == invitee_id]
    if seconds := wait(theirs, policy.invitations_per_invitee_per_minute, MINUTE):
        yield TooOften("This colleague has just been invited often.", seconds)
    urgent = {e.group_id: e.age for e in sent if e.emergency and e.inviter_id == inviter_id}
    limit = policy.emergencies_per_inviter_per_hour
    if emergency and (seconds := wait(urgent.values(), limit, HOUR)):
        yield TooOften(
            "You have sent as many emergency invitations as allowed in an hour.", seconds
        )
