"""What selections come to once fragments are spread out, each once for a set, as execution does it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

Fragments = Mapping[str, FragmentDefinitionNode]

ENOUGH = 10**9  # beyond every limit; keeps sums small
VISITED = 2_000  # beyond what the limits of fields leave


def operation_of(document: DocumentNode | None, name: str | None) -> OperationDefinitionNode | None:
    """Return the operation of that name, or the first one: several without a name are refused elsewhere."""
    nodes = document.definitions if document else ()
    operations = [node for node in nodes if isinstance(node, OperationDefinitionNode)]
    named = [o for o in operations if name is None or (o.name and o.name.value == name)]
    return named[0] if named else None


def fragments_of(document: DocumentNode) -> Fragments:
    nodes = document.definitions
    return {node.name.value: node for node in nodes if isinstance(node, FragmentDefinitionNode)}


def flattened(sets: Sequence[SelectionSetNode], fragments: Fragments) -> Iterator[FieldNode]:
    """Yield the fields of selection sets that are merged into one."""
    pending, seen = list(sets), set[str]()
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                pending.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                if node.name.value in fragments:
                    pending.append(fragments[node.name.value].selection_set)


def answered_as(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def root_fields(operation: OperationDefinitionNode, fragments: Fragments) -> Counter[str]:
    """Return how many times each root field will run: once for each name it is answered under."""
    nodes = flattened([operation.selection_set], fragments)
    return Counter({answered_as(node): node.name.value for node in nodes}.values())


def repetition(operation: OperationDefinitionNode, fragments: Fragments) -> int:
    """Return how many selections at most are merged into one field: validation compares them pair by pair."""
    pending, worst, visited = [[operation.selection_set]], 0, 0
    while pending:
        merged: defaultdict[str, list[FieldNode]] = defaultdict(list)
        for node in flattened(pending.pop(), fragments):
            merged[answered_as(node)].append(node)
            visited += 1
        if visited > VISITED:
            return ENOUGH
        worst = max([worst, *map(len, merged.values())])
        below = [[n.selection_set for n in nodes if n.selection_set] for nodes in merged.values()]
        pending += [sets for sets in below if sets]
    return worst
