"""Compiles selections: for each set of fields of one object type a function that fills its answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    GraphQLObjectType,
    is_abstract_type,
)
from graphql.execution.collect_fields import FieldDetails, collect_fields, collect_subfields

from execution.batches import Wanted
from execution.declined import Declined
from execution.fields import Guard, Selected, Way
from execution.running import Load, Outs, Place, Run
from execution.wanting import Wants
from execution.writing import Placing, Script, guarded

Fill = Callable[[Sequence[Any], Outs, Run], None]


class Root(NamedTuple):
    """A root field, the code that places its value, and what is looked at of it."""

    field: Selected
    place: Place
    wanted: Wanted


class Selections:
    """What one operation selects, for one choice of its @skip and @include."""

    def __init__(self, guards: Mapping[str, Sequence[Guard]]) -> None:
        self.guards = guards
        self.fields: dict[tuple[str, int], tuple[Sequence[FieldDetails], list[Selected]]] = {}
        self.fills: dict[tuple[str, int], Fill] = {}
        self.wants: Wants | None = None

    def roots(self, executor: Any) -> list[Root]:
        kind = executor.schema.get_root_type(executor.operation.operation)
        collected = collect_fields(
            executor.schema, executor.fragments, executor.variable_values, kind, executor.operation
        )
        fields = self._fields(executor, kind, collected.grouped_field_set)
        self.wants = Wants(
            lambda kind: (
                executor.schema.get_possible_types(kind) if is_abstract_type(kind) else [kind]
            ),
            lambda kind, details: self.below(executor, kind, details),
        )
        return [Root(each, self._place(executor, each), self.wants.root(each)) for each in fields]

    def below(
        self, executor: Any, kind: GraphQLObjectType, details: Sequence[FieldDetails]
    ) -> list[Selected]:
        """Return the fields of `kind` that are selected below `details`."""
        key = (kind.name, id(details))
        if key not in self.fields:
            collected = collect_subfields(
                executor.schema,
                executor.fragments,
                executor.variable_values,
                executor.operation,
                kind,
                list(details),
            )
            fields = self._fields(executor, kind, collected.grouped_field_set)
            self.fields[key] = details, fields  # kept, for its id
        return self.fields[key][1]

    def fill(self, executor: Any, kind: GraphQLObjectType, details: Sequence[FieldDetails]) -> Fill:
        """Return the function that fills answers with the fields of `kind` below `details`."""
        key = (kind.name, id(details))
        if key not in self.fills:
            fields = self.below(executor, kind, details)
            self.fills[key] = self._write(executor, kind, fields)
        return self.fills[key]

    def wanted(self, field: Selected) -> Wanted | None:
        """Return what is looked at of the objects that the field's batch function returns, anywhere in the operation."""
        assert self.wants, "roots come first"
        return self.wants.by_batch.get(field.batched.batch) if field.batched else None

    def _fields(
        self, executor: Any, kind: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]
    ) -> list[Selected]:
        fields = []
        for key, details in grouped.items():
            name = details[0].node.name.value
            definition = executor.schema.get_field(kind, name)
            introspects = name.startswith("__") and name != "__typename"
            if definition is None or introspects or details[0].fragment_variable_values:
                raise Declined
            guards = self.guards.get(f"{kind.name}.{name}", ())
            fields.append(Selected(key, definition, kind, details, guards))
        return fields

    def _write(self, executor: Any, kind: GraphQLObjectType, fields: list[Selected]) -> Fill:
        writer = _Writer(self, executor, kind)
        for field in fields:
            writer.prepare(field)
        with writer.script.block("for x, o in zip(xs, outs):"):
            for field in fields:
                writer.field(field)
            writer.script.add("pass")
        return writer.finish()

    def _place(self, executor: Any, field: Selected) -> Place:
        """Return the function that places the values of a field that were waited for."""
        writer = _Writer(self, executor, None)
        with writer.script.block("for x, o in zip(xs, outs):"):
            writer.place(field, "x", shared=field.way is Way.BATCH)
        return writer.finish()


class _Writer:
    """Writes one function over `xs` and `outs`: the values, and the answers they belong to."""

    def __init__(
        self, selections: Selections, executor: Any, kind: GraphQLObjectType | None
    ) -> None:
        self.selections = selections
        self.executor = executor
        self.script = Script()
        self.loop: dict[str, list[str]] = {}
        self.after: list[str] = []
        self.children: list[str] = []
        self.script.add("def fill(xs, outs, run):")
        self.script.depth = 1
        self.head = len(self.script.lines)
        if kind is not None and kind.is_type_of:
            check = self.script.name(_type_check(kind.is_type_of), "check_type")
            self.script.add(f"{check}(xs)")

    def prepare(self, field: Selected) -> None:
        """Write what is done once for all parents."""
        self.loop[field.key] = list(guarded(self.script, field))
        if field.way is Way.BATCH:
            later = self.script.name(
                _loading(field, self._later(field), self.selections.wanted(field)), "load"
            )
            self.after.append(f"{later}(xs, outs, run)")
        elif field.way is Way.RESOLVER and field.definition.resolve is not None:
            later = self.script.name(_resolving(field, self._later(field)), "resolve")
            self.after.append(f"{later}(xs, outs, run)")

    def field(self, field: Selected) -> None:
        """Write what is done for each parent."""
        for line in self.loop[field.key]:
            self.script.add(line)
        name = field.details[0].node.name.value
        if name == "__typename":
            self.script.add(f"o[{field.key!r}] = {field.parent.name!r}")
        elif field.way is Way.ATTRIBUTE:
            self.script.add(f"v = x.{field.strawberry.python_name}")
            self.place(field, "v")
        elif field.way is Way.FUNCTION:
            function = self.script.name(field.function, "function")
            self.script.add(f"v = {function}(x)")
            self.place(field, "v")
        else:
            self.script.add(f"o[{field.key!r}] = None")  # keeps the place; filled later

    def place(self, field: Selected, value: str, *, shared: bool = False) -> None:
        placing = Placing(self.script, lambda kind: self._child(field, kind), shared=shared)
        placing.write(field.definition.type, value, lambda what: f"o[{field.key!r}] = {what}")

    def finish(self) -> Fill:
        for child in self.children:
            with self.script.block(f"if {child}_xs:"):
                self.script.add(f"{child}({child}_xs, {child}_cs, run)")
        for line in self.after:
            self.script.add(line)
        opened = [
            f"    {child}_xs, {child}_cs, {child}_of = [], [], {{}}" for child in self.children
        ]
        self.script.lines[self.head : self.head] = opened
        return self.script.function("fill")

    def _child(self, field: Selected, kind: Any) -> str:
        dispatch = _dispatching(self.selections, field, kind)
        name = self.script.name(dispatch, "child")
        self.children.append(name)
        return name

    def _later(self, field: Selected) -> Place:
        return self.selections._place(self.executor, field)  # noqa: SLF001  # two halves of one thing


def _type_check(is_type_of: Any) -> Callable[[Sequence[Any]], None]:
    """Return what declines values of another type. One that tells by class is asked once for each class."""
    by_class = getattr(is_type_of, "tells_by_class", False)
    good: set[type] = set()

    def check(values: Sequence[Any]) -> None:
        for value in values:
            if value.__class__ not in good:
                if not is_type_of(value, None):  # the schema's look at the value only
                    raise Declined
                if by_class:
                    good.add(value.__class__)

    return check


def _loading(field: Selected, place: Place, wanted: Wanted | None) -> Fill:
    batched = field.batched
    assert batched, "only what is batched is loaded"
    known: list[Sequence[Hashable]] = []  # the arguments, once, if they are always the same

    def load(xs: Sequence[Any], outs: Outs, run: Run) -> None:
        arguments = known[0] if known else field.beside(batched, run.executor)
        if not known and not field.varies:
            known.append(arguments)
        keys = [batched.key(x) for x in xs]
        run.loads.append(Load(batched, arguments, keys, outs, place, wanted))

    return load


def _resolving(field: Selected, place: Place) -> Fill:
    def resolve(xs: Sequence[Any], outs: Outs, run: Run) -> None:
        resolver = field.resolver(run.executor)
        run.take([resolver(x) for x in xs], outs, place)

    return resolve


def _dispatching(selections: Selections, field: Selected, kind: Any) -> Fill:
    """Return what fills objects by their type; the selections of each are compiled when they are first met."""
    details = field.details

    met: list[Fill] = []

    def one(xs: Sequence[Any], outs: Outs, run: Run) -> None:
        if not met:
            met.append(selections.fill(run.executor, kind, details))
        met[0](xs, outs, run)

    def several(xs: Sequence[Any], outs: Outs, run: Run) -> None:
        info, groups = field.raw_info(run.executor), dict[str, tuple[list[Any], Outs]]()
        for x, out in zip(xs, outs, strict=True):
            values, answers = groups.setdefault(kind.resolve_type(x, info, kind), ([], []))
            values.append(x)
            answers.append(out)
        for name, (values, answers) in groups.items():
            found = run.executor.schema.get_type(name)
            if not run.executor.schema.is_sub_type(kind, found):
                raise Declined
            selections.fill(run.executor, found, details)(values, answers, run)

    return several if is_abstract_type(kind) else one
