"""The documents that the people of the story send: those of operations/, and what only the story asks."""

from __future__ import annotations

from pathlib import Path

from graphql import (
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

OPERATIONS = Path(__file__).resolve().parent.parent.parent / "operations"


class _Typenames(Visitor):
    """Asks what each object is, below the root, as caching clients do."""

    def leave_selection_set(
        self, node: SelectionSetNode, _key: object, parent: object, *_: object
    ) -> SelectionSetNode | None:
        if not isinstance(parent, FieldNode):
            return None
        name = FieldNode(name=NameNode(value="__typename"))
        asked = [each for each in node.selections if not _is_typename(each)]
        return SelectionSetNode(selections=(name, *asked))


def _is_typename(node: object) -> bool:
    return isinstance(node, FieldNode) and node.name.value == "__typename"


def _operations() -> dict[str, str]:
    """Return each operation by its name."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(OPERATIONS.glob("*.graphql"))]
    nodes = [node for text in texts for node in parse(text).definitions]
    return {
        node.name.value: print_ast(visit(node, _Typenames()))
        for node in nodes
        if isinstance(node, OperationDefinitionNode) and node.name
    }


OPERATION = _operations()

EVERYBODY = """
query {
  onlineAgents(where: {presences: [ONLINE, BUSY, AWAY, DO_NOT_DISTURB, OFFLINE]}, first: 100) {
    nodes { id name alias email }
  }
}
"""
