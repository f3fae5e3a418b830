"""Writes the Python of one selection: a function that fills the answers of all its parents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphql import GraphQLLeafType, is_leaf_type, is_list_type, is_non_null_type

from execution.declined import Declined
from execution.fields import Guard, Selected, Way
from execution.leaves import UNCHANGED, enumeration, serializer

LISTS = (list, tuple)


class Script:
    """Lines of code, and the values that its names stand for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"Declined": Declined, "LISTS": LISTS, "listed": listed}
        self.admitted: list[Guard] = []
        self.depth = 0

    def add(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    def block(self, head: str) -> _Indented:
        self.add(head)
        return _Indented(self)

    def name(self, value: Any, stem: str) -> str:
        """Return a name that stands for the value in the code."""
        name = f"{stem}_{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, name: str) -> Callable[..., Any]:
        code = compile("\n".join(self.lines), "<compiled selection>", "exec")
        exec(code, self.names)  # noqa: S102  # of names made here; what clients choose is quoted by repr
        found: Callable[..., Any] = self.names[name]
        return found


class _Indented:
    def __init__(self, script: Script) -> None:
        self.script = script

    def __enter__(self) -> None:
        self.script.depth += 1

    def __exit__(self, *_: object) -> None:
        self.script.depth -= 1


def listed(value: Any) -> list[Any]:
    """Return the items of what is a list in GraphQL's sense."""
    if isinstance(value, str | bytes | dict) or not hasattr(value, "__iter__"):
        raise Declined
    return list(value)


class Placing:
    """Writes how one value gets to its place, by its type. Objects go to the lists of a child selection."""

    def __init__(
        self, script: Script, child: Callable[[Any], str], *, shared: bool = False
    ) -> None:
        self.script = script
        self.child = child
        self.shared = shared

    def write(self, kind: Any, value: str, put: Callable[[str], str], depth: int = 0) -> None:
        """`put` makes the line that places an expression."""
        script, inner = self.script, kind.of_type if is_non_null_type(kind) else kind
        if is_leaf_type(inner):
            script.add(put(self.leaf(inner, value, nullable=inner is kind)))
            return
        with script.block(f"if {value} is None:"):
            script.add("raise Declined" if is_non_null_type(kind) else put("None"))
        with script.block("else:"):
            if is_list_type(inner):
                self._list(inner.of_type, value, put, depth)
            else:
                self._object(inner, value, put)

    def _object(self, kind: Any, value: str, put: Callable[[str], str]) -> None:
        """An object that comes again, as what is loaded for many may, has the same answer: it is filled once."""
        child, script = self.child(kind), self.script
        if self.shared:
            script.add(f"c = {child}_of.get(id({value}))")
            with script.block("if c is None:"):
                script.add(f"c = {child}_of[id({value})] = {{}}")
                self._append(child, value)
        else:
            script.add("c = {}")
            self._append(child, value)
        script.add(put("c"))

    def _append(self, child: str, value: str) -> None:
        self.script.add(f"{child}_xs.append({value})")
        self.script.add(f"{child}_cs.append(c)")

    def _list(self, kind: Any, value: str, put: Callable[[str], str], depth: int) -> None:
        script, items, item = self.script, f"r{depth}", f"e{depth}"
        with script.block(f"if {value}.__class__ not in LISTS:"):
            script.add(f"{value} = listed({value})")
        script.add(f"{items} = []")
        script.add(put(items))
        with script.block(f"for {item} in {value}:"):
            self.write(kind, item, lambda what: f"{items}.append({what})", depth + 1)

    def leaf(self, kind: GraphQLLeafType, value: str, *, nullable: bool) -> str:
        """Return the expression that makes JSON of a leaf. What is most likely is looked at first."""
        serialize = self.script.name(serializer(kind), "serialize")
        otherwise = f"{serialize}({value})"
        if nullable:
            otherwise = f"None if {value} is None else {otherwise}"
        if kind.name in UNCHANGED:
            return f"{value} if {UNCHANGED[kind.name].format(v=value)} else {otherwise}"
        if members := enumeration(kind):
            names = self.script.name(members, "names")
            members_of = self.script.name(type(next(iter(members))), "Members")
            return f"{names}[{value}] if {value}.__class__ is {members_of} else {otherwise}"
        return otherwise


def guarded(script: Script, field: Selected) -> Iterator[str]:
    """Write the admission of a field, and yield the lines that check each row."""
    if field.way is Way.RESOLVER:  # graphql-core's resolver has its guards around it
        return
    for guard in field.guards:
        if guard not in script.admitted:  # the same one stands before many a field
            script.admitted.append(guard)
            script.add(f"{script.name(guard.admit, 'admit')}(run.context)")
        if guard.looks_at:
            yield f"{script.name(guard.check_row, 'check')}(x)"
