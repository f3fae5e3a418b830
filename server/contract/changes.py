"""What changed between two schemas, and what that does to clients.

graphql-core compares shapes. What it leaves out is added here: directives on fields and types, new kinds of an
interface that clients read already, and whether what is gone was announced.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    BreakingChangeType,
    DangerousChangeType,
    GraphQLObjectType,
    GraphQLSchema,
    SafeChangeType,
    SchemaChange,
    build_schema,
    find_schema_changes,
)

from server.contract.directives import directive_changes
from server.contract.elements import elements
from server.contract.impact import Change, Impact

IMPACTS = {
    BreakingChangeType: Impact.BREAKING,
    DangerousChangeType: Impact.DANGEROUS,
    SafeChangeType: Impact.SAFE,
}
WORDING = SafeChangeType.DESCRIPTION_CHANGED
UNUSED = "Standard scalar"  # one that nothing refers to anymore: nobody can miss it


def changes(old: str, new: str) -> list[Change]:
    """Return what changed from one SDL to another, the worst first. Descriptions may change freely."""
    before, after = build_schema(old), build_schema(new)
    kinds = dict(_kinds(before, after))
    shapes = [change for change in _shapes(before, after) if change.words not in kinds]
    found = [*shapes, *kinds.values(), *directive_changes(before, after)]
    return sorted(found, key=lambda change: (-change.impact, change.kind, change.words))


def _shapes(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[Change]:
    announced = {
        f" {each.coordinate} was removed.": each.deprecation
        for each in elements(before).values()
        if each.deprecation
    }
    for change in find_schema_changes(before, after):
        if change.type is not WORDING and not change.description.startswith(UNUSED):
            yield _with_announcement(_of(change), announced)


def _of(change: SchemaChange) -> Change:
    return Change(IMPACTS[type(change.type)], change.type.name, change.description)


def _with_announcement(change: Change, announced: dict[str, str]) -> Change:
    """Say of what is gone how it was announced."""
    for ending, reason in announced.items():
        if change.words.endswith(ending):
            return Change(change.impact, change.kind, f"{change.words} It was deprecated: {reason}")
    return change


def _kinds(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[tuple[str, Change]]:
    """Tell of new types behind a known interface: clients meet a `__typename` that they do not know.

    Each comes with the words in which graphql-core calls it a type like any other.
    """
    for name, kind in after.type_map.items():
        if name not in before.type_map and isinstance(kind, GraphQLObjectType):
            known = [each.name for each in kind.interfaces if each.name in before.type_map]
            if known:
                words = f"{name} was added to what {', '.join(known)} can be."
                yield (
                    f"{name} was added.",
                    Change(Impact.DANGEROUS, "TYPE_ADDED_TO_INTERFACE", words),
                )
