"""Draws a state machine as SVG: states in columns by how far they are from the first, steps as curves.

A step over several columns passes between the states of those it crosses; a step back runs below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from scripts.reference.machines import Machine, Step

ROW, GAP, MARGIN = 52, 110, 24
LETTER, SMALL = 8.2, 6.6  # the width of a letter in a state's name, and in a step's
HEIGHT = 32
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2933; }
  .label { font-size: 12px; fill: #52606d; paint-order: stroke; stroke: #fff; stroke-width: 4px; }
  .state { fill: #e8eefc; stroke: #3f51b5; }
  .final { fill: #f5f7fa; stroke: #7b8794; }
  .step { fill: none; stroke: #7b8794; stroke-width: 1.3; }
""".strip("\n")


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass(frozen=True)
class Layout:
    """Where everything is. `boxes` has the states, and an empty box where a step passes a column."""

    columns: list[list[str]]
    boxes: Mapping[str, Box]

    @property
    def width(self) -> float:
        return max(box.right for box in self.boxes.values()) + MARGIN

    @property
    def bottom(self) -> float:
        return max(box.y for box in self.boxes.values()) + HEIGHT / 2


def ranks(machine: Machine) -> dict[str, int]:
    """Return the column of each state: the longest way from the first one, without going in circles."""
    found = {machine.initial: 0}

    def walk(state: str, path: frozenset[str]) -> None:
        for step in machine.steps:
            if step.source == state and step.target not in path:
                found[step.target] = max(found.get(step.target, 0), found[state] + 1)
                walk(step.target, path | {step.target})

    walk(machine.initial, frozenset({machine.initial}))
    return found


def passing(source: str, target: str, column: int) -> str:
    return f"{source}>{target}@{column}"


def laid_out(machine: Machine) -> Layout:
    rank = ranks(machine)
    columns: list[list[str]] = [[] for _ in range(max(rank.values()) + 1)]
    for state in machine.states:
        columns[rank[state]].append(state)
    for step in machine.steps:
        for column in range(rank[step.source] + 1, rank[step.target]):
            columns[column].append(passing(step.source, step.target, column))
    widest = max(len(step.label) for step in _together(list(machine.steps)))
    return Layout(columns, _boxes(columns, GAP + widest * SMALL / 2))


def _boxes(columns: list[list[str]], gap: float) -> dict[str, Box]:
    boxes, x, tallest = {}, float(MARGIN), max(map(len, columns))
    for column in columns:
        width = max(LETTER * len(name) + 24 for name in column if "@" not in name)
        top = MARGIN + HEIGHT / 2 + (tallest - len(column)) * ROW / 2
        for place, name in enumerate(column):
            boxes[name] = Box(x, top + place * ROW, width)
        x += width + gap
    return boxes


def drawn(machine: Machine) -> str:
    """Return the machine as an SVG document."""
    layout, rank = laid_out(machine), ranks(machine)
    forward = [step for step in machine.steps if rank[step.target] > rank[step.source]]
    back = [step for step in machine.steps if step not in forward]
    height = layout.bottom + MARGIN + 34 * len(back)
    parts = [
        *(_step(step, layout, rank) for step in _together(forward)),
        *(_back(step, layout, number) for number, step in enumerate(back, 1)),
        *(_state(name, layout.boxes[name], machine) for name in machine.states),
    ]
    return _document(machine.title, layout.width, height, parts)


def _together(steps: list[Step]) -> list[Step]:
    """Draw several steps between the same states once, with all their labels."""
    labels: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        labels.setdefault((step.source, step.target), []).append(step.label)
    return [
        Step(source, target, " / ".join(filter(None, dict.fromkeys(names))), "", "")
        for (source, target), names in labels.items()
    ]


def _step(step: Step, layout: Layout, rank: Mapping[str, int]) -> str:
    crossed = range(rank[step.source] + 1, rank[step.target])
    stops = [
        step.source,
        *(passing(step.source, step.target, column) for column in crossed),
        step.target,
    ]
    boxes = [layout.boxes[stop] for stop in stops]
    path = f"M {boxes[0].right:g} {boxes[0].y:g}"
    for before, box in pairwise(boxes):
        middle = (before.right + box.x) / 2
        path += f" C {middle:g} {before.y:g}, {middle:g} {box.y:g}, {box.x:g} {box.y:g}"
        if box is not boxes[-1]:
            path += f" L {box.right:g} {box.y:g}"
    above = -6 if boxes[1].y <= boxes[0].y else 15  # a curve that falls leaves room below its end
    label = _label(step.label, boxes[1].x - 14, boxes[1].y + above, "end")
    return f'  <path class="step" marker-end="url(#tip)" d="{path}"/>\n{label}'


def _back(step: Step, layout: Layout, number: int) -> str:
    """Draw a step back below everything, the later ones further down."""
    source, target = layout.boxes[step.source], layout.boxes[step.target]
    start, end = (
        source.x + source.width / 2 + 10 * number,
        target.x + target.width / 2 - 10 * number,
    )
    low = layout.bottom + 34 * number
    path = (
        f"M {start:g} {source.y + HEIGHT / 2:g} C {start:g} {low:g}, {start:g} {low:g}, {start - 24:g} {low:g} "
        f"L {end + 24:g} {low:g} C {end:g} {low:g}, {end:g} {low:g}, {end:g} {target.y + HEIGHT / 2:g}"
    )
    label = _label(step.label, (start + end) / 2, low - 6, "middle")
    return f'  <path class="step" marker-end="url(#tip)" d="{path}"/>\n{label}'


def _label(text: str, x: float, y: float, anchor: str) -> str:
    return f'  <text class="label" text-anchor="{anchor}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _state(name: str, box: Box, machine: Machine) -> str:
    kind = "final" if name in machine.final else "state"
    top, middle = box.y - HEIGHT / 2, box.x + box.width / 2
    return (
        f'  <rect class="{kind}" x="{box.x:g}" y="{top:g}" width="{box.width:g}" height="{HEIGHT}" rx="8"/>\n'
        f'  <text text-anchor="middle" x="{middle:g}" y="{box.y + 4.5:g}">{escape(name)}</text>'
    )


def _document(title: str, width: float, height: float, parts: list[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" height="{height:g}" '
            f'viewBox="0 0 {width:g} {height:g}">',
            f"  <title>{escape(title)}</title>",
            f"  <style>\n{STYLE}\n  </style>",
            '  <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">',
            '    <path d="M 0 1 L 10 5 L 0 9 z" fill="#7b8794"/>',
            "  </marker>",
            f'  <rect width="{width:g}" height="{height:g}" fill="#fff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )
