"""R27, R28: the labelled questions, a part of them; `make eval` asks them all."""

from __future__ import annotations

import re

import pytest

from scripts.evaluation.questions import TARGET, asked, questions, rate
from scripts.evaluation.stage import stage
from server.demo.keywords import KEYWORDS
from server.demo.tables import cells

pytestmark = pytest.mark.one_database

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_the_labelled_set_is_large_and_in_two_languages() -> None:
    wanted = questions()
    chinese = sum(bool(CHINESE.search(each.text)) for each in wanted)
    assert len(wanted) >= 60
    assert min(chinese, len(wanted) - chinese) >= 30
    known = {(slug, topic) for _, slug, topic, _ in cells(KEYWORDS)}
    assert {each.skill for each in wanted} <= {slug for slug, _ in known}
    assert len({each.text for each in wanted}) == len(wanted)


async def test_an_expert_of_the_right_skill_is_among_the_first_three() -> None:
    async with stage() as here:
        outcomes = await asked(here, questions()[::5])
    missed = [outcome.question.text for outcome in outcomes if not outcome.hit]
    assert rate(outcomes) >= TARGET, missed
