"""Makes plain generated documents like those of clients: aliases, fragments, variables, @skip and @include, odd ids."""

from __future__ import annotations

import random
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    ObjectFieldNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    print_ast,
    visit,
)

Ids = dict[str, list[str]]


class Twisted(Visitor):
    """One walk over a document; `fragments` and `variables` are what it has to be given beside."""

    def __init__(self, dice: random.Random, types: TypeInfo, ids: Ids) -> None:
        super().__init__()
        self.dice, self.types, self.ids = dice, types, ids
        self.names: list[str] = []
        self.fragments: list[str] = []
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}

    def enter_string_value(self, node: StringValueNode, *_: Any) -> StringValueNode | None:
        """Ids are generated as numbers; real ones stand in for them."""
        if not node.value.startswith("id "):
            return None
        fitting = self.ids.get(self.names[-1], []) if self.dice.random() < 0.8 else []
        return StringValueNode(value=self.dice.choice(fitting or self.ids[""]), block=False)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        self.names.append(node.name.value)

    def leave_object_field(self, *_: Any) -> None:
        self.names.pop()

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        self.names.append(node.name.value)

    def leave_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        """Turn some literal values into variables."""
        self.names.pop()
        kind = self.types.get_input_type()
        if kind is None or self.dice.random() > 0.2 or node.value.kind not in WHOLE:
            return None
        name = f"v{len(self.variables)}"
        self.declared.append(f"${name}: {kind}")
        self.variables[name] = WHOLE[node.value.kind](node.value)  # type: ignore[no-untyped-call]  # TypeInfo has no types
        variable = parse(f"query (${name}: Int) {{ a(b: ${name}) }}")
        return _with(node, variable.definitions[0].selection_set.selections[0].arguments[0].value)  # type: ignore[attr-defined]

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        twist, parent = self.dice.random(), self.types.get_parent_type()
        if parent is None or node.name.value.startswith("__"):
            return None
        text = print_ast(node)
        if twist < 0.1 and node.alias is None:
            text = f"as{self.dice.randrange(10**6)}: {text}"
        elif twist < 0.2:
            condition = self._condition()
            text = f"... on {parent.name} {condition} {{ {text} }}"
        elif twist < 0.3:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {parent.name} {{ {text} }}")
            text = f"...{name}"
        else:
            return None
        return parse(f"{{ {text} }}").definitions[0].selection_set.selections[0]  # type: ignore[attr-defined]

    def _condition(self) -> str:
        name, chosen = f"if{len(self.variables)}", self.dice.random() < 0.6
        self.declared.append(f"${name}: Boolean!")
        self.variables[name] = chosen
        return f"@{self.dice.choice(['skip', 'include'])}(if: ${name})"


WHOLE = {
    "int_value": lambda node: int(node.value),
    "boolean_value": lambda node: node.value,
    "enum_value": lambda node: node.value,
}


def _with(node: ArgumentNode, value: Any) -> ArgumentNode:
    return ArgumentNode(name=node.name, value=value)


def twisted(
    schema: GraphQLSchema, document: DocumentNode, seed: int, ids: Ids
) -> tuple[str, dict[str, Any]]:
    """Return the document with its twists, and its variables. Now and then one of them does not fit.

    `ids` are by the name of the argument that takes them; under the empty name are all.
    """
    dice, types = random.Random(seed), TypeInfo(schema)
    walk = Twisted(dice, types, ids)
    changed = visit(document, TypeInfoVisitor(types, walk))
    text = print_ast(changed)
    if walk.declared:
        kind = "query " if text.startswith("{") else ""
        text = text.replace("{", f"{kind}({', '.join(walk.declared)}) {{", 1)
    if walk.variables and dice.random() < 0.05:
        walk.variables[dice.choice(list(walk.variables))] = dice.choice(["wrong", None, [1]])
    return "\n".join([text, *walk.fragments]), walk.variables
