"""A play: people take steps, one after another or at the same moment, and after each of them everything must hold."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx

from domain.errors import UserErrorCode
from models.database import Database
from resolvers.deadlines import seconds_to_next
from server.timers import settle_overdue
from tests.fuzz.folding import differences, fold
from tests.fuzz.following import Following
from tests.fuzz.scene import prepare, rules_of
from tests.races.truth import violations
from tests.service import Data, Service, build
from tests.world import World

ANSWERS = {
    "acceptInvitation": "ACCEPTED",
    "declineInvitation": "DECLINED",
    "revokeInvitation": "REVOKED",
    "rejectInvitation": "REJECTED",
}
SET = {
    "updateCollaborationPolicy": "policy",
    "updateInviteRule": "inviteRule",
    "updateNotificationPreferences": "preferences",
}
MORE = {
    "inviteAgents": "results { invitation { id } }",
    **{field: f"{name} {{ version }}" for field, name in SET.items()},
}
KNOWN_CODES = {code.value for code in UserErrorCode} | {"FORBIDDEN"}


@dataclass(frozen=True)
class Step:
    """What somebody asks for. `key` is the idempotency key it is asked with."""

    who: str
    field: str
    input: Data
    key: str | None = None

    @property
    def document(self) -> str:
        kind = self.field[0].upper() + self.field[1:]
        return (
            f"mutation {kind}($input: {kind}Input!) {{"
            f" {self.field}(input: $input) {{ {MORE.get(self.field, '')} errors {{ code }} }} }}"
        )

    def refusals(self, answer: Data) -> list[str]:
        """Return why nothing has come of it; of several invitees one who is invited is enough."""
        if "errors" in answer:
            return [error["extensions"]["code"] for error in answer["errors"]]
        payload = answer["data"][self.field]
        if any(result["invitation"] for result in payload.get("results") or ()):
            return []
        return [error["code"] for error in payload["errors"]]


@dataclass
class Play(Following):
    """`versions` are those of what somebody has set, by who set it and how; `rules` those of the rules that invite."""

    versions: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    rules: dict[str, int] = field(default_factory=dict)
    answered: Counter[str] = field(default_factory=Counter)
    done: list[tuple[Step, list[str]]] = field(default_factory=list)

    # What happens.

    async def take(self, step: Step) -> list[str]:
        """Ask for it, and return the codes of its refusal."""
        input_ = step.input | ({"idempotencyKey": step.key} if step.key else {})
        answer = await self.person(step.who).ask(step.document, input=input_)
        self._see_version(step, answer)
        return step.refusals(answer)

    async def take_all(self, steps: Sequence[Step], *, clock: bool = False) -> None:
        """Take steps at the same moment; the work of the clock may race with them."""
        began, soonest = time.monotonic(), await seconds_to_next(self.database)
        sweeping = [self.sweep()] if clock else []
        codes: list[Any] = await asyncio.gather(*(self.take(step) for step in steps), *sweeping)
        for step, refusals in zip(steps, codes, strict=False):
            self.done.append((step, refusals))
            assert set(refusals) <= KNOWN_CODES, (step, refusals)
            if not refusals:
                self._remember(step)
        if clock:
            await self.sweep()
        news = await self.check()
        timeless = soonest is None or time.monotonic() - began < soonest
        if not clock and timeless and all(codes):
            assert not news, f"all was refused, and {news} happened: {steps}"

    def _remember(self, step: Step) -> None:
        """Keep of what has succeeded what no event tells."""
        if step.field in ANSWERS:
            self.answered[step.input["invitationId"]] += 1

    def _see_version(self, step: Step, answer: Data) -> None:
        """Keep at which version stands what somebody has set; what changes nothing leaves it as it is."""
        payload = (answer.get("data") or {}).get(step.field) or {}
        if told := payload.get(SET.get(step.field, "")):
            rule, who = step.input.get("inviteRuleId"), (step.who, step.field)
            if rule:
                self.rules[rule] = max(self.rules[rule], told["version"])
            else:
                self.versions[who] = max(self.versions[who], told["version"])

    async def repeat(self) -> None:
        """Send the last step that succeeded with a key again: the same answer, and nothing happens."""
        kept = [step for step, refusals in self.done if step.key and not refusals]
        if kept:
            assert await self.take(kept[-1]) == [], kept[-1]
            assert await self.check() == [], f"{kept[-1]} had its effect twice"

    async def sweep(self) -> None:
        await settle_overdue(self.processes[0].app.state.database, lambda heads: None)

    # What must hold.

    async def check(self) -> list[str]:
        """Fold what has happened and compare it with what is read now; return the types of the events."""
        told = await self.look()
        told += await self.news_of_notes()
        for each in told:
            fold(self.folded, each)
            self.parts |= {id_: part.agent for id_, part in self.folded.parts.items()}
        wrong = [
            *differences(self.folded, self.queried),
            *await self.wrong_inboxes(),
            *await self.wrong_sight(),
            *await violations(self.database, self.place),
            *self._wrong_answers(),
        ]
        assert not wrong, "\n".join([*wrong, *(str(step) for step in self.done[-5:])])
        if self.folded.status == "CLOSED" and await self.moves_on():
            self.answered.clear()
        return [each["__typename"] for each in told]

    def _wrong_answers(self) -> list[str]:
        return [
            f"{id_} was answered {times} times and is {self.folded.invitations[id_]}"
            for id_, times in self.answered.items()
            if times > 1 or self.folded.invitations[id_] not in ANSWERS.values()
        ]


async def begin(database_url: str, world: World) -> Play:
    """Open a play on a database of its own. No timer runs: the clock moves when a step says so."""
    stack, database = AsyncExitStack(), Database(database_url)
    stack.push_async_callback(database.dispose)
    await prepare(database, world)
    processes = []
    for _ in range(2):
        app = build(database_url)
        stack.push_async_callback(app.state.database.dispose)
        transport = httpx.ASGITransport(app)
        http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        processes.append(Service("", app, await stack.enter_async_context(http), database, world))
    play = Play(database, world, processes, stack)
    play.rules = await rules_of(play.person("admin"))
    play.versions["admin", "updateCollaborationPolicy"] = 1
    await play.start()
    return play
