"""The documents of operations/, by the names of their operations."""

from __future__ import annotations

from pathlib import Path

from graphql import OperationDefinitionNode, parse, print_ast

OPERATIONS = Path(__file__).resolve().parents[3] / "operations"


def _operations() -> dict[str, str]:
    files = sorted(OPERATIONS.glob("*.graphql"))
    nodes = [n for file in files for n in parse(file.read_text(encoding="utf-8")).definitions]
    named = [n for n in nodes if isinstance(n, OperationDefinitionNode) and n.name]
    return {n.name.value: print_ast(n) for n in named if n.name}


OPERATION = _operations()
