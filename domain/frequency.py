"""How often people may be invited: counted over the invitations of the last minute and hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from domain.errors import Refusal, TooOften
from domain.policies import Policy

MINUTE, HOUR = 60.0, 3600.0

OWN = "You have sent as many invitations as allowed in a minute."
THEIRS = "This colleague has just been invited often."
URGENT = "You have sent as many emergency invitations as allowed in an hour."


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


class Frequency:
    """What speaks against another invitation by one person: their own acts of inviting, counted once, and those of others to
    each invitee.
    """

    def __init__(
        self, policy: Policy, sent: Iterable[Sent], inviter_id: object, *, emergency: bool
    ) -> None:
        self.limit = policy.invitations_per_invitee_per_minute
        self.theirs: defaultdict[object, list[float]] = defaultdict(list)
        own: dict[object, float] = {}
        urgent: dict[object, float] = {}
        for each in sent:
            self.theirs[each.invitee_id].append(each.age)
            if each.inviter_id == inviter_id:
                own[each.group_id] = each.age
                if each.emergency:
                    urgent[each.group_id] = each.age
        self.of_own = list(_reasons(OWN, own.values(), policy.invitations_per_inviter_per_minute))
        most = policy.emergencies_per_inviter_per_hour
        self.of_urgent = list(_reasons(URGENT, urgent.values(), most, HOUR)) if emergency else []

    def against(self, invitee_id: object) -> list[Refusal]:
        ages = self.theirs.get(invitee_id, ())
        return [*self.of_own, *_reasons(THEIRS, ages, self.limit), *self.of_urgent]


def _reasons(
    words: str, ages: Collection[float], limit: int, window: float = MINUTE
) -> Iterator[Refusal]:
    if seconds := wait(ages, limit, window):
        yield TooOften(words, seconds)
