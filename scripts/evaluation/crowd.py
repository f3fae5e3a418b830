"""Recommending among many: how long one answer takes, its SQL included."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import quantiles

import sqlalchemy as sa

from domain.actors import OrganizationRole
from domain.agents import AgentPresence
from domain.ids import new_id
from models.agents import Agent, AgentSkill, Lease, TrackRecord, skills
from models.unit_of_work import unit_of_work
from scripts.evaluation.questions import questions
from scripts.evaluation.stage import Stage
from server.demo.tables import fixed_id

PEOPLE = 2_000
ROUNDS = 200
TARGET_MS = 50.0
DICE = Random(20)


async def crowd_in(stage: Stage) -> None:
    """Add people with three skills each, some of them busy, away or gone, most with a record."""
    s, ours = skills.c, stage.actor.organization_id
    rows = await stage.database.all(sa.select(s.id).where(s.organization_id == ours).order_by(s.id))
    people = [_person(stage, number) for number in range(PEOPLE)]
    knowing = [
        AgentSkill(agent_id=person.id, skill_id=row.id, level=DICE.randint(1, 5))
        for person in people
        for row in DICE.sample(rows, 3)
    ]
    until = datetime.now(UTC) + timedelta(days=1)
    async with unit_of_work(stage.database, lambda heads: None) as work:
        await work.add_all(people)
        await work.add_all(knowing)
        await work.add_all(
            [
                Lease(agent_id=person.id, connection_id="crowd", expires_at=until)
                for person in people
                if DICE.random() < 0.7
            ]
        )
        await work.add_all(list(_records(knowing)))


def _person(stage: Stage, number: int) -> Agent:
    return Agent(
        id=new_id(),
        organization_id=stage.actor.organization_id,
        department_id=fixed_id("department", "skysail/customer-service"),
        key=f"crowd-{number}",
        name=f"Person {number}",
        email=f"crowd-{number}@skysail.example",
        role=OrganizationRole.AGENT,
        stated_presence=DICE.choice(list(AgentPresence)[:4]),
        collaborations=DICE.randint(0, 5),
    )


def _records(knowing: list[AgentSkill]) -> Iterator[TrackRecord]:
    for each in knowing:
        tried = DICE.randint(0, 20)
        yield TrackRecord(
            agent_id=each.agent_id,
            skill_id=each.skill_id,
            tried=tried,
            solved=DICE.randint(0, tried) * 1.0,
        )


@dataclass(frozen=True)
class Taken:
    """Milliseconds: the median and the 95th percentile."""

    median: float
    late: float


async def timed(stage: Stage) -> tuple[Taken, Taken]:
    """Return how long recommending five takes by the wall's clock, and how long the processor works for it."""
    texts = [question.text for question in questions()]
    wall, work = [], []
    for number in range(ROUNDS):
        begun, worked = time.perf_counter(), time.process_time()
        await stage.recommended(texts[number % len(texts)], 5)
        wall.append((time.perf_counter() - begun) * 1000)
        work.append((time.process_time() - worked) * 1000)
    return _taken(wall), _taken(work)


def _taken(milliseconds: list[float]) -> Taken:
    hundredths = quantiles(milliseconds, n=100)
    return Taken(hundredths[49], hundredths[94])
