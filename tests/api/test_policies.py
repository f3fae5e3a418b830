"""Setting the rules of an organization: by whom, at which version, and what becomes of what is there already."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from models.audit import entries
from models.organizations import policies
from tests.api.asking import act, code_of, look, refused, rows
from tests.service import Service, codes
from tests.steps import conversation_id, invite, join

POLICY = "{ collaborationPolicy { version vipLimit standardLimit enabled } }"
HISTORY = """
{ policyChanges { nodes { version changedAt changedBy { name } settings { setting before after } } } }
"""
UPDATE = "mutation($input: UpdateCollaborationPolicyInput!) { updateCollaborationPolicy(input: $input) { errors { code } } }"
FIELD = "updateCollaborationPolicy"


async def test_an_admin_sets_rules_and_everybody_reads_them(service: Service) -> None:
    """R187: adjustable, and at once."""
    admin = service.agent("admin")
    changed = await act(
        admin, FIELD, "policy { version vipLimit }", expectedVersion=1, vipLimit=6, standardLimit=4
    )
    assert codes(changed) == []
    assert changed["policy"] == {"version": 2, "vipLimit": 6}
    seen = (await service.agent("lin").run(POLICY))["collaborationPolicy"]
    assert seen == {"version": 2, "vipLimit": 6, "standardLimit": 4, "enabled": True}
    (entry,) = await rows(service, entries, entries.c.operation == FIELD)
    assert (entry.actor_id, entry.outcome) == (service.world.agents["admin"], "OK")


async def test_only_an_admin_sets_rules(service: Service) -> None:
    for key in ("lin", "zhao", "ext"):
        input_ = {"expectedVersion": 1, "vipLimit": 6}
        assert await code_of(service.agent(key), UPDATE, input=input_) == "FORBIDDEN"
        assert await code_of(service.agent(key), HISTORY) == "FORBIDDEN"
    assert (await service.agent("lin").run(POLICY))["collaborationPolicy"]["version"] == 1


async def test_what_changes_nothing_is_no_change(service: Service) -> None:
    """R172, R187: the version stays, nothing is remembered, and nobody gets a row of defaults; a stale version is refused."""
    admin = service.agent("admin")
    usual = {"vipLimit": 5, "rolesThatMayInvite": ["ADMIN", "SUPERVISOR", "AGENT"]}
    for same in ({}, usual):
        done = await act(admin, FIELD, "policy { version vipLimit }", expectedVersion=1, **same)
        assert done == {"policy": {"version": 1, "vipLimit": 5}, "errors": []}
    assert await refused(admin, FIELD, expectedVersion=2) == "VERSION_CONFLICT"
    assert await rows(service, policies) == []
    assert await rows(service, entries, entries.c.outcome == "OK") == []
    await act(admin, FIELD, expectedVersion=1, vipLimit=6)
    again = await act(admin, FIELD, "policy { version }", expectedVersion=2, vipLimit=6)
    assert again["policy"] == {"version": 2}
    assert await refused(admin, FIELD, expectedVersion=1, vipLimit=6) == "VERSION_CONFLICT"
    assert len((await admin.run(HISTORY))["policyChanges"]["nodes"]) == 1


async def test_every_change_is_remembered(service: Service) -> None:
    admin = service.agent("admin")
    await act(admin, FIELD, expectedVersion=1, vipLimit=6)
    await act(admin, FIELD, expectedVersion=2, enabled=False, rolesThatMayInvite=["SUPERVISOR"])
    latest, first = (await admin.run(HISTORY))["policyChanges"]["nodes"]
    assert (latest["version"], first["version"]) == (3, 2)
    assert first["changedBy"] == {"name": "Admin"}
    assert first["settings"] == [{"setting": "vipLimit", "before": "5", "after": "6"}]
    assert [each["setting"] for each in latest["settings"]] == ["enabled", "rolesThatMayInvite"]
    assert latest["settings"][1]["before"] == "ADMIN, AGENT, SUPERVISOR"


async def test_of_two_admins_one_has_seen_an_older_version(service: Service) -> None:
    admin = service.agent("admin")
    rivals = [act(admin, FIELD, expectedVersion=1, vipLimit=6 + n) for n in range(6)]
    told = sorted(tuple(codes(payload)) for payload in await asyncio.gather(*rivals))
    assert told == [(), *[("VERSION_CONFLICT",)] * 5]
    assert len((await admin.run(HISTORY))["policyChanges"]["nodes"]) == 1
    late = await act(admin, FIELD, "policy { version }", expectedVersion=1, vipLimit=9)
    assert late["policy"] is None
    assert late["errors"][0]["currentVersion"] == 2


async def test_what_cannot_be_set_is_refused_and_changes_nothing(service: Service) -> None:
    admin = service.agent("admin")
    for wrong in (
        {"vipLimit": 0},
        {"vipLimit": None},
        {"idleWarningSeconds": 900},
        {"skillWeight": 50},
    ):
        assert await refused(admin, FIELD, expectedVersion=1, **wrong) == "INVALID_INPUT"
    seen = (await admin.run(POLICY))["collaborationPolicy"]
    assert (seen["version"], seen["vipLimit"]) == (1, 5)


async def test_lowering_a_limit_evicts_nobody(service: Service) -> None:
    """R187: who takes part stays, who has been invited may still join, and nobody more is invited."""
    await join(service, "wang")
    await join(service, "chen")
    open_one = (await invite(service, "lin", "sun"))["results"][0]["invitation"]["id"]
    await act(service.agent("admin"), FIELD, expectedVersion=1, standardLimit=1)
    payload = await invite(service, "lin", "zhou")
    assert codes(payload) == ["COLLABORATOR_LIMIT_REACHED"]
    assert (payload["errors"][0]["limit"], payload["errors"][0]["current"]) == (1, 3)
    joined = await act(service.agent("sun"), "acceptInvitation", invitationId=open_one)
    assert codes(joined) == []
    assert (await look(service, "lin", "seats { taken limit }"))["seats"] == {
        "taken": 3,
        "limit": 1,
    }


async def test_switched_off_nobody_is_invited(service: Service) -> None:
    """R1: the switch of an organization."""
    await act(service.agent("admin"), FIELD, expectedVersion=1, enabled=False)
    assert codes(await invite(service, "lin", "wang")) == ["COLLABORATION_DISABLED"]


async def test_a_role_that_may_not_invite_is_refused(service: Service) -> None:
    """R176: agents may not, the supervisor may."""
    await join(service, "zhao", role="SUPERVISOR")
    roles = ["SUPERVISOR", "ADMIN"]
    await act(service.agent("admin"), FIELD, expectedVersion=1, rolesThatMayInvite=roles)
    assert codes(await invite(service, "lin", "wang")) == ["ROLE_NOT_ALLOWED_TO_INVITE"]
    assert codes(await invite(service, "zhao", "wang")) == []


async def test_where_no_role_may_invite_nobody_does(service: Service) -> None:
    """R176: neither admin nor supervisor is an exception."""
    await join(service, "zhao", role="SUPERVISOR")
    admin, place = service.agent("admin"), conversation_id(service)
    taken = await act(admin, "takeOverConversation", conversationId=place, reason="To help.")
    assert codes(taken) == []
    await act(admin, FIELD, expectedVersion=1, rolesThatMayInvite=[])
    for key in ("zhao", "admin"):
        assert "ROLE_NOT_ALLOWED_TO_INVITE" in codes(await invite(service, key, "chen")), key


async def test_a_heartbeat_counts_as_long_as_the_policy_says(service: Service) -> None:
    await act(service.agent("admin"), FIELD, expectedVersion=1, presenceLeaseSeconds=3000)
    beat = await act(service.agent("lin"), "heartbeat", "leaseExpiresAt agent { lastSeenAt }")
    begun, over = beat["agent"]["lastSeenAt"], beat["leaseExpiresAt"]
    lasts = datetime.fromisoformat(over) - datetime.fromisoformat(begun)
    assert timedelta(seconds=2990) < lasts <= timedelta(seconds=3000)
