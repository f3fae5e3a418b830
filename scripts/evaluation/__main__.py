"""Prints how well recommending works; fails below the targets."""

from __future__ import annotations

import asyncio
import sys
from itertools import groupby

from scripts.evaluation.crowd import PEOPLE, TARGET_MS, crowd_in, timed
from scripts.evaluation.questions import FIRST, TARGET, Outcome, asked, questions, rate
from scripts.evaluation.stage import stage


async def main() -> bool:
    async with stage() as here:
        outcomes = await asked(here, questions())
        _tell(outcomes)
        await crowd_in(here)
        wall, work = await timed(here)
    print(
        f"Recommending among {PEOPLE:,} people, statements included (target {TARGET_MS:g} ms of work):"
    )
    print(f"  work {work.median:5.1f} ms, p95 {work.late:5.1f} ms    what the processor did for it")
    print(
        f"  wall {wall.median:5.1f} ms, p95 {wall.late:5.1f} ms    with what else this machine does"
    )
    return rate(outcomes) >= TARGET and work.late <= TARGET_MS


def _tell(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if not outcome.hit:
            asked_for, got = outcome.question, ", ".join(outcome.recommended) or "nobody"
            print(f"miss  {asked_for.skill}: {asked_for.text}  ->  {got}")
    for topic, group in groupby(sorted(outcomes, key=_topic), _topic):
        theirs = list(group)
        print(f"{topic:12} {sum(each.hit for each in theirs)} of {len(theirs)}")
    print(
        f"An expert among the first {FIRST} for {rate(outcomes):.1%} of {len(outcomes)} questions (target {TARGET:.0%})"
    )

    unseen = [outcome for outcome in outcomes if outcome.question.unseen]
    print(f"Among the {len(unseen)} written after the keywords: {rate(unseen):.1%}")


def _topic(outcome: Outcome) -> str:
    return outcome.question.topic


if __name__ == "__main__":
    sys.exit(not asyncio.run(main()))
