"""What an operation looks at of the objects that batch functions return: the rest of them need not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import get_named_type, is_abstract_type, is_leaf_type

from execution.batches import Batch, Wanted
from execution.fields import Selected, Way


@dataclass
class Wants:
    """What is looked at of each batch function's objects, in all of the operation.

    `kinds` returns the object types that a type stands for, `below` the fields that are selected of one.
    """

    kinds: Callable[[Any], Sequence[Any]]
    below: Callable[[Any, Any], Sequence[Selected]]
    by_batch: dict[Batch, Wanted] = field(default_factory=dict)

    def root(self, field: Selected) -> Wanted:
        wanted = Wanted()
        self._note(field, wanted)
        return wanted

    def _note(self, field: Selected, wanted: Wanted) -> None:
        """Note what the field's objects are asked for, and all below it. What is behind an abstract type is left whole."""
        kind = get_named_type(field.definition.type)
        if is_leaf_type(kind):
            return
        into = Wanted() if is_abstract_type(kind) else wanted
        for each in self.kinds(kind):
            fields = self.below(each, field.details)
            into.add(each.name, _read_by(fields))
            for found in fields:
                self._note(found, self._of(found, into))

    def _of(self, field: Selected, wanted: Wanted) -> Wanted:
        """Return where to note what is asked of the objects of a field: those of an attribute come with their parent."""
        if field.way is Way.ATTRIBUTE:
            return wanted
        return (
            self.by_batch.setdefault(field.batched.batch, Wanted()) if field.batched else Wanted()
        )


def _read_by(fields: Sequence[Selected]) -> frozenset[str] | None:
    """Return the attributes that the fields look at; None where that is not known of each."""
    names: set[str] = set()
    for each in fields:
        if each.reads is None:
            return None
        names.update(each.reads)
    return frozenset(names)
