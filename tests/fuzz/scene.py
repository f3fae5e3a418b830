"""What a play begins with, besides the world: supervisors, a rule that invites, and people who may invite often."""

from __future__ import annotations

import sqlalchemy as sa

from domain.conversations import CustomerTier
from models.agents import AgentSkill, skills
from models.conversations import customers
from models.database import Database
from models.unit_of_work import unit_of_work
from tests.service import Person
from tests.world import World, change, set_policy, supervise


async def prepare(database: Database, world: World) -> None:
    await supervise(database, world, "chen", "customer-service")
    often = {"invitations_per_inviter_per_minute": 1000, "invitations_per_invitee_per_minute": 1000}
    await set_policy(database, world, **often)
    await change(database, sa.update(customers).values(tier=CustomerTier.VIP))
    api = world.skills["api"]
    await change(database, sa.update(skills).where(skills.c.id == api).values(topic="technical"))
    async with unit_of_work(database, lambda heads: None) as work:
        for key in ("wang", "mei", "sun"):
            await work.add(AgentSkill(agent_id=world.agents[key], skill_id=api, level=4))


async def rules_of(admin: Person) -> dict[str, int]:
    """Return the version of the rule that invites to VIPs, by its id."""
    rules = (await admin.run("{ inviteRules { id slug version } }"))["inviteRules"]
    return {rule["id"]: rule["version"] for rule in rules if rule["slug"] == "vip"}
