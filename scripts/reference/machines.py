"""What a state machine is; a step that no operation of the schema takes is left out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scripts.reference.published import has_mutation

CLOCK = "the clock"
SERVICE = "the service"


@dataclass(frozen=True)
class Step:
    """One way on. `cause` is a mutation, or the clock's or the service's doing; `note` says when."""

    source: str
    target: str
    label: str
    by: str
    cause: str
    note: str = ""

    @property
    def is_mutation(self) -> bool:
        return self.by not in {CLOCK, SERVICE}


@dataclass(frozen=True)
class Machine:
    """`begin` says how its first state comes about; `unused` are states that nothing leads to yet."""

    name: str
    title: str
    begin: str
    steps: tuple[Step, ...]
    unused: tuple[str, ...] = ()

    @property
    def states(self) -> list[str]:
        return list(dict.fromkeys(name for s in self.steps for name in (s.source, s.target)))

    @property
    def initial(self) -> str:
        return self.steps[0].source

    @property
    def final(self) -> set[str]:
        return {name for name in self.states if all(step.source != name for step in self.steps)}


def machine(
    name: str, title: str, begin: str, steps: Iterable[Step], values: Iterable[str] = ()
) -> Machine:
    """Keep the steps that somebody can take; `values` are all that the schema's enum has."""
    possible = [step for step in steps if not step.is_mutation or has_mutation(step.cause)]
    reached = _reached(possible)
    taken = tuple(step for step in possible if step.source in reached)
    machine = Machine(name, title, begin, taken)
    return replace(machine, unused=tuple(sorted(set(values) - set(machine.states))))


def _reached(steps: list[Step]) -> set[str]:
    """Return the states that can be reached from the first one."""
    found = {steps[0].source}
    while more := {step.target for step in steps if step.source in found} - found:
        found |= more
    return found
