"""Plays made up by hypothesis: after every step the folded events are the state that a query reads, and no rule is broken."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from time import monotonic
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

import tests.fuzz.operations  # noqa: F401  # each file names what can be done
from schema.build import schema
from tests.fuzz.clock import let_fall_due
from tests.fuzz.conftest import Fresh
from tests.fuzz.drawing import NUMBERS, PLAYED, drawn
from tests.fuzz.play import Play, Step, begin
from tests.world import World

STEPS_OF_A_PLAY = 40
RIVALS = 4
Numbers = tuple[int, ...]
STEPS_TAKEN, DONE = ("steps", "taken"), "done"
NUMBERS_OF_A_STEP = st.tuples(*[st.integers(0, 9_999)] * NUMBERS)


class Plays(RuleBasedStateMachine):
    """Plays over databases of their own; `ended` counts how the steps ended."""

    fresh: ClassVar[staticmethod[[], tuple[str, World]]]
    ended: ClassVar[Counter[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.play: Play = self.run(begin(*self.fresh()))
        self.keys = 0

    def go(self, what: Coroutine[Any, Any, Any]) -> None:
        self.ended[STEPS_TAKEN] += 1
        self.run(what)

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(what)

    def teardown(self) -> None:
        self.ended.update(
            (step.field, how) for step, codes in self.play.done for how in codes or [DONE]
        )
        self.run(self.play.stack.aclose())
        self.runner.close()

    def steps(self, drawn_: list[Numbers]) -> list[Step]:
        made = []
        for numbers in drawn_:
            self.keys += 1
            step = drawn(self.play, numbers, f"key-{self.keys}")
            made += [step] if step else []
        return made

    @rule(numbers=NUMBERS_OF_A_STEP)
    def one(self, numbers: Numbers) -> None:
        self.go(self.play.take_all(self.steps([numbers])))

    @rule(some=st.lists(NUMBERS_OF_A_STEP, min_size=2, max_size=RIVALS))
    def rivals(self, some: list[Numbers]) -> None:
        self.go(self.play.take_all(self.steps(some)))

    @rule(which=st.integers(0, 5), some=st.lists(NUMBERS_OF_A_STEP, max_size=RIVALS))
    def clock(self, which: int, some: list[Numbers]) -> None:
        self.run(let_fall_due(self.play, which))
        self.go(self.play.take_all(self.steps(some), clock=True))

    @rule()
    def repeat(self) -> None:
        self.go(self.play.repeat())


def machine(fresh: Fresh, ended: Counter[tuple[str, str]]) -> type[Plays]:
    return type("Machine", (Plays,), {"fresh": staticmethod(fresh), "ended": ended})


@pytest.mark.one_database
def test_everything_that_can_be_asked_for_is_played() -> None:
    """Whoever adds a mutation adds it to the plays."""
    mutations = schema._schema.mutation_type
    assert mutations
    assert set(mutations.fields) == PLAYED


def test_folded_events_are_the_queried_state(fresh: Fresh, steps: int) -> None:
    """R179: also with rivals on two processes, with the clock among them, and with everything sent twice."""
    long, ended, began = "STEPS" in os.environ, Counter[tuple[str, str]](), monotonic()
    run_state_machine_as_test(
        machine(fresh, ended),
        settings=settings(
            max_examples=max(1, steps // STEPS_OF_A_PLAY),
            stateful_step_count=STEPS_OF_A_PLAY,
            deadline=None,
            derandomize=not long,
            database=None,
            print_blob=True,
            phases=(Phase.generate, *([Phase.shrink] if "SHRINK" in os.environ else [])),
            suppress_health_check=list(HealthCheck),
        ),
    )
    taken, seconds = ended.pop(STEPS_TAKEN), monotonic() - began
    for field in sorted({field for field, _ in ended}):
        refused = [
            f"{n} {how}"
            for (of, how), n in ended.most_common()
            if (of, how)[0] == field and how != DONE
        ]
        print(f"{field:30} {ended[field, DONE]:6} done; {', '.join(refused)}")
    print(f"{taken} steps in {seconds:.0f} s, {taken / seconds:.1f} a second")
