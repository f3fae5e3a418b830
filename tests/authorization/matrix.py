"""The whole matrix for one asker: every guarded field asked, every answer compared with its promise."""

from __future__ import annotations

from collections.abc import Sequence

from schema.build import schema
from tests.authorization.askers import ADMITTED, Asker, promised, promised_below
from tests.authorization.plans import PLANS
from tests.authorization.requests import (
    NODE_TYPES,
    ask_below,
    ask_root,
    portions,
    root_fields,
    root_of,
)
from tests.authorization.stage import Stage
from tests.authorization.state import AUDIT, Rows, dump, happened, restore
from tests.service import Data, Person

CONFLICTS = {
    "VersionConflictError.note": ("Mutation.editNote", -1),
    "VersionConflictError.policy": ("Mutation.updateCollaborationPolicy", -1),
    "VersionConflictError.conversation": ("Mutation.closeConversation", -1),
}


AUDITED_ALONE = {"Mutation.issueGuestToken"}  # what it makes is told, and kept nowhere


class Matrix:
    """`wrong` collects every answer that differs from its promise; `tried` counts the fields."""

    def __init__(self, stage: Stage, asker: Asker, person: Person) -> None:
        self.stage, self.asker, self.person = stage, asker, person
        self.database = stage.service.database
        self.tried = 0
        self.wrong: list[str] = []

    async def run(self) -> None:
        fields = root_fields()
        wanted = {name: self.promise(name) for name in fields}
        acts = [n for n in fields if root_of(n) == "Mutation" and wanted[n] == ADMITTED]
        before = await dump(self.database)
        await self._without_a_trace({name: wanted[name] for name in fields if name not in acts})
        after = await dump(self.database)
        assert not happened(before, after), (self.wrong, happened(before, after))
        for name in acts:
            await self._with_effect(name, after)

    def promise(self, name: str) -> str:
        return promised(self.asker, root_of(name), schema.guarded[name], PLANS[name])

    def compare(self, name: str, wanted: str, got: str) -> None:
        self.tried += 1
        if got != wanted:
            self.wrong.append(f"{name}: {got}, not {wanted}")

    async def _without_a_trace(self, wanted: dict[str, str]) -> None:
        """Ask for everything that must change nothing."""
        for name, promise in wanted.items():
            got = await ask_root(self.stage, self.person, self.asker, name)
            self.compare(name, promise, got)
        for kind, names in portions():
            await self._below(kind, names)
        await self._nodes()

    async def _below(self, kind: str, names: Sequence[str]) -> None:
        if kind == "VersionConflictError":
            for name in names:
                await self._conflict(f"{kind}.{name}")
            return
        got = await ask_below(self.stage, self.person, kind, names)
        for name in names:
            promise = promised_below(self.asker, kind, schema.guarded[f"{kind}.{name}"])
            self.compare(f"{kind}.{name}", promise, got)

    async def _conflict(self, name: str) -> None:
        """The field is reached by whoever may make the change, with a version that nobody ever saw."""
        mutation, version = CONFLICTS[name]
        promise = self.promise(mutation)
        answer = await self._clash(name, mutation, version)
        found = (answer.get("data") or {}).get("answer")
        errors = found["errors"] if found else []
        reached = any(error.get("field") for error in errors)
        self.compare(name, str(promise == ADMITTED), str(reached))

    async def _clash(self, name: str, mutation: str, version: int) -> Data:
        values = PLANS[mutation].arguments(self.stage, self.asker)["input"]
        field, kind = mutation.split(".")[1], mutation.split(".")[1]
        declared = f"{kind[0].upper()}{kind[1:]}Input!"
        text = (
            f"mutation($input: {declared}) {{ answer: {field}(input: $input) {{ errors {{ code "
            f"... on VersionConflictError {{ field: {name.split('.')[1]} {{ __typename }} }} }} }} }}"
        )
        return await self.person.ask(text, input={**values, "expectedVersion": version})

    async def _nodes(self) -> None:
        """Ask for a node of every type by its id."""
        for kind in NODE_TYPES:
            promise = promised_below(self.asker, kind, schema.guarded["Query.node"])
            got = await ask_below(self.stage, self.person, kind, ["id"])
            self.compare(f"node of {kind}", promise, got)

    async def _with_effect(self, name: str, before: Rows) -> None:
        """Ask for what is admitted, see that something happened, and undo it."""
        got = await ask_root(self.stage, self.person, self.asker, name)
        self.compare(name, ADMITTED, got)
        after = await dump(self.database)
        kept = set() if name in AUDITED_ALONE else AUDIT
        if all(rows == before[table] for table, rows in after.items() if table not in kept):
            self.wrong.append(f"{name}: admitted, and nothing happened")
        await restore(self.database, before, after)
