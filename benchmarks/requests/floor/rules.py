"""What stands against inviting somebody, and what has to be read to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from benchmarks.requests.floor.databases import Connection, Database, Sql
from benchmarks.requests.floor.rights import PRESENT, Actor

PRESENCE = """
    CASE WHEN EXISTS (SELECT 1 FROM lease WHERE lease.agent_id = agent.id AND lease.expires_at > now())
    THEN agent.stated_presence ELSE 'OFFLINE' END
"""
CANDIDATES = f"""
    SELECT agent.id, agent.department_id, department.external, {PRESENCE}, agent.collaborations,
        EXISTS (SELECT 1 FROM participant WHERE conversation_id = $1 AND agent_id = agent.id AND {PRESENT}),
        EXISTS (SELECT 1 FROM invitation WHERE conversation_id = $1 AND invitee_id = agent.id
            AND status IN ('AWAITING_APPROVAL', 'PENDING') AND expires_at > now()),
        EXISTS (SELECT 1 FROM department_supervisor AS s
            WHERE s.department_id = agent.department_id AND s.agent_id NOT IN ($2, agent.id))
    FROM agent JOIN department ON department.id = agent.department_id
    WHERE checked(agent.organization_id) = $3 AND agent.active AND agent.id = ANY($4)
"""
SEEN, HELD = Sql(CANDIDATES), Sql(CANDIDATES + "ORDER BY agent.id FOR NO KEY UPDATE OF agent")
CIRCUMSTANCES = Sql("""
    SELECT now() AS now, organization.collaborations,
        EXISTS (SELECT 1 FROM collaboration WHERE conversation_id = $1 AND ended_at IS NULL),
        i.inviter_id, i.invitee_id, i.group_id, i.sent_at, coalesce(policy.enabled, true),
        coalesce(policy.roles_that_may_invite, 'AGENT,SUPERVISOR,ADMIN'), coalesce(policy.standard_limit, 3),
        coalesce(policy.vip_limit, 5), coalesce(policy.urgent_limit, 7), coalesce(policy.complaint_limit, 7),
        coalesce(policy.collaborations_per_agent, 5), coalesce(policy.collaborations_per_organization, 500),
        coalesce(policy.invitation_validity_seconds, 300), coalesce(policy.reminder_seconds, 30),
        coalesce(policy.invitations_per_inviter_per_minute, 10), coalesce(policy.invitations_per_invitee_per_minute, 5)
    FROM organization
    LEFT JOIN policy ON policy.organization_id = organization.id
    LEFT JOIN invitation AS i ON i.organization_id = organization.id
        AND (i.inviter_id = $2 AND i.sent_at > ago(3600) OR i.invitee_id = ANY($3) AND i.sent_at > ago(60))
    WHERE organization.id = $4
""")


@dataclass
class Policy:
    enabled: bool
    roles: str
    limits: dict[str, int]
    per_agent: int
    per_organization: int
    validity: int
    reminder: int
    per_inviter: int
    per_invitee: int

    def seats(self, classes: str) -> int:
        return max(self.limits[kind] for kind in (classes or "STANDARD").split(","))


@dataclass
class Circumstances:
    policy: Policy
    going_on: int
    here: bool
    sent: list[tuple[UUID, UUID, UUID, float]]


async def circumstances(
    database: Database, connection: Connection, actor: Actor, conversation_id: UUID, ids: list[UUID]
) -> Circumstances:
    rows = await connection.all(
        CIRCUMSTANCES, conversation_id, actor.id, ids, actor.organization_id
    )
    now, going_on, here, *_ = rows[0]
    enabled, roles, standard, vip, urgent, complaint, *numbers = rows[0][7:]
    limits = {"STANDARD": standard, "VIP": vip, "URGENT": urgent, "COMPLAINT": complaint}
    moment, id_ = database.moment, database.id
    sent = [
        (id_(row[3]), id_(row[4]), id_(row[5]), (moment(now) - moment(row[6])).total_seconds())
        for row in rows
        if row[3]
    ]
    return Circumstances(Policy(enabled, roles, limits, *numbers), going_on, here, sent)


def reasons(
    actor: Actor, around: Circumstances, candidate: Sequence[Any], id_: UUID, taken: int, limit: int
) -> list[dict[str, str]]:
    """Return every reason at once, in the order in which ours tells them."""
    _, department_id, external, presence, collaborations, takes_part, invited, approvable = (
        candidate
    )
    policy, found = around.policy, []
    own, ours = id_ == actor.id, department_id == actor.department_id
    if not policy.enabled:
        found.append(
            ("COLLABORATION_DISABLED", "Collaboration is switched off in this organization.")
        )
    if actor.role not in policy.roles:
        text = "Your organization does not let your role invite colleagues."
        found.append(("ROLE_NOT_ALLOWED_TO_INVITE", text))
    if own:
        text = "You are in the conversation already; invite somebody else."
        found.append(("CANNOT_INVITE_SELF", text))
    if external:
        found.append(("EXTERNAL_NOT_PERMITTED", "Outside experts cannot be invited by you."))
    elif not ours and not approvable:
        text = "This colleague belongs to another department, where nobody else can approve it."
        found.append(("CROSS_DEPARTMENT_NOT_PERMITTED", text))
    if takes_part and not own:
        text = "This colleague takes part in the conversation already."
        found.append(("ALREADY_PARTICIPANT", text))
    if invited:
        text = "This colleague has an open invitation to the conversation."
        found.append(("DUPLICATE_INVITATION", text))
    if presence == "OFFLINE":
        found.append(("INVITEE_OFFLINE", "This colleague is offline."))
    elif presence == "DO_NOT_DISTURB":
        text = "This colleague does not want to be disturbed now."
        found.append(("INVITEE_DO_NOT_DISTURB", text))
    found += _limits(around, collaborations, taken, limit)
    found += _often(around, actor.id, id_)
    return [{"code": code, "message": text} for code, text in found]


def _limits(
    around: Circumstances, collaborations: int, taken: int, limit: int
) -> list[tuple[str, str]]:
    policy, found = around.policy, []
    if collaborations >= policy.per_agent:
        text = (
            f"Already in {collaborations} collaborations; {policy.per_agent} at once are allowed."
        )
        found.append(("INVITEE_AT_CAPACITY", text))
    if taken >= limit:
        text = f"All {limit} seats for collaborators are taken or offered."
        found.append(("COLLABORATOR_LIMIT_REACHED", text))
    if not around.here and around.going_on >= policy.per_organization:
        text = f"Your organization is in {around.going_on} collaborations; {policy.per_organization} are allowed."
        found.append(("ORGANIZATION_LIMIT_REACHED", text))
    return found


def _often(around: Circumstances, inviter_id: UUID, invitee_id: UUID) -> list[tuple[str, str]]:
    policy, found = around.policy, []
    own = {group: age for by, _, group, age in around.sent if by == inviter_id and age < 60}
    theirs = [age for _, to, _, age in around.sent if to == invitee_id and age < 60]
    if len(own) >= policy.per_inviter:
        found.append(("RATE_LIMITED", "You have sent as many invitations as allowed in a minute."))
    if len(theirs) >= policy.per_invitee:
        found.append(("RATE_LIMITED", "This colleague has just been invited often."))
    return found
