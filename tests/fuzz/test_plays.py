"""Plays made up by hypothesis: after every step the folded events are the state that a query reads, and no rule is broken."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.fuzz.clock import let_fall_due
from tests.fuzz.conftest import Fresh
from tests.fuzz.operations import NUMBERS, drawn
from tests.fuzz.play import Play, Step, begin

STEPS_OF_A_PLAY = 40
RIVALS = 4
Numbers = tuple[int, ...]
NUMBERS_OF_A_STEP = st.tuples(*[st.integers(0, 9_999)] * NUMBERS)


def machine(fresh: Fresh, ended: Counter[tuple[str, str]]) -> type[RuleBasedStateMachine]:
    """Return plays over databases of their own; `ended` counts how the steps ended."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.runner = asyncio.Runner()
            self.play: Play = self.run(begin(*fresh()))
            self.keys = 0

        def run(self, what: Coroutine[Any, Any, Any]) -> Any:
            return self.runner.run(what)

        def teardown(self) -> None:
            ended.update((step.field, _how(codes)) for step, codes in self.play.done)
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
            self.run(self.play.take_all(self.steps([numbers])))

        @rule(some=st.lists(NUMBERS_OF_A_STEP, min_size=2, max_size=RIVALS))
        def rivals(self, some: list[Numbers]) -> None:
            self.run(self.play.take_all(self.steps(some)))

        @rule(which=st.integers(0, 5), some=st.lists(NUMBERS_OF_A_STEP, max_size=RIVALS))
        def clock(self, which: int, some: list[Numbers]) -> None:
            self.run(let_fall_due(self.play, which))
            self.run(self.play.take_all(self.steps(some), clock=True))

        @rule()
        def repeat(self) -> None:
            self.run(self.play.repeat())

    return Machine


def _how(codes: list[str]) -> str:
    return "refused" if codes else "done"


def test_folded_events_are_the_queried_state(fresh: Fresh, steps: int) -> None:
    """R179: also with rivals on two processes, with the clock among them, and with everything sent twice."""
    long, ended = "STEPS" in os.environ, Counter[tuple[str, str]]()
    run_state_machine_as_test(
        machine(fresh, ended),
        settings=settings(
            max_examples=max(1, steps // STEPS_OF_A_PLAY),
            stateful_step_count=STEPS_OF_A_PLAY,
            deadline=None,
            derandomize=not long,
            database=None,
            print_blob=True,
            phases=(Phase.generate, Phase.shrink) if long else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    for field in sorted({field for field, _ in ended}):
        done, refused = ended[field, "done"], ended[field, "refused"]
        print(f"{field:24} {done:6} done {refused:6} refused")
