"""Variables of one operation: what is found out about them once, and their values, which are new each time."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.pyutils import Undefined
from graphql.utilities import coerce_input_value

MOST_ERRORS = 50  # graphql-core's own number
PLAIN = (str, int, float, bool)


class Variables:
    """Coerces plain values and lists of them by itself; anything else, and whatever does not fit, is graphql-core's."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.nodes = operation.variable_definitions or ()
        self.signatures = [get_variable_signature(schema, node) for node in self.nodes]

    def coerced(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        values = VariableValues({}, {})
        for signature in self.signatures:
            fitting = _fitting(signature, given)
            if fitting is Undefined or isinstance(signature, GraphQLError):
                return get_variable_values(self.schema, self.nodes, given, MOST_ERRORS)
            values.coerced[signature.name] = fitting
            values.sources[signature.name] = VariableValueSource(signature, given[signature.name])
        return values


def _fitting(signature: Any, given: dict[str, Any]) -> Any:
    value = None if isinstance(signature, GraphQLError) else given.get(signature.name)
    plain = all(map(_is_plain, value)) if value.__class__ is list else _is_plain(value)
    try:
        return coerce_input_value(value, signature.type) if plain else Undefined
    except GraphQLError:  # told by graphql-core, which meets it again
        return Undefined


def _is_plain(value: Any) -> bool:
    return value.__class__ in PLAIN
