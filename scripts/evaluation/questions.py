"""The labelled questions: whether an expert of the right skill is among the first three."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from models.agents import agent_skills, agents, skills
from scripts.evaluation.stage import Stage

FILE = Path(__file__).parents[2] / "tests/data/questions.tsv"
FIRST = 3
EXPERT = 4  # the level of a skill from which somebody is an expert
TARGET = 0.9


@dataclass(frozen=True)
class Question:
    """An unseen one was written after the demo's keywords, and they have not been changed since."""

    topic: str
    skill: str
    text: str
    note: str = ""

    @property
    def unseen(self) -> bool:
        return self.note == "unseen"


@dataclass(frozen=True)
class Outcome:
    question: Question
    recommended: list[str]
    hit: bool


def questions() -> list[Question]:
    """Return the labelled set; a line is topic, skill, text and a note, divided by tabs."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [Question(*line.split("\t")) for line in lines]


async def asked(stage: Stage, wanted: list[Question]) -> list[Outcome]:
    levels, names = await _levels(stage)
    outcomes = []
    for question in wanted:
        found = await stage.recommended(question.text, FIRST)
        ids = [each.agent_id for each in found.candidates]
        hit = any(levels.get((id_, question.skill), 0) >= EXPERT for id_ in ids)
        outcomes.append(Outcome(question, [names[id_] for id_ in ids], hit))
    return outcomes


async def _levels(stage: Stage) -> tuple[Mapping[tuple[UUID, str], int], Mapping[UUID, str]]:
    rows = await stage.database.all(
        sa.select(agents.c.id, agents.c.name, skills.c.slug, agent_skills.c.level).select_from(
            agents.join(agent_skills).join(skills)
        )
    )
    return {(row.id, row.slug): row.level for row in rows}, {row.id: row.name for row in rows}


def rate(outcomes: list[Outcome]) -> float:
    return sum(outcome.hit for outcome in outcomes) / len(outcomes)
