"""From a field's GraphQL arguments to what its resolver takes: how is found out once, and strawberry asks each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import cached_property
from typing import Any

from strawberry import UNSET
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition

Convert = Callable[[Any], Any]
Resolve = Callable[..., Any]


class Arguments:
    """Converts the arguments of one field. What is not a plain value, list or input is strawberry's to convert."""

    def __init__(self, field: Any, converter: Any) -> None:
        self.field = field
        self.converter = converter

    def converted(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {
            argument: convert(given[name])
            for name, argument, convert in self._ways
            if name in given
        }

    @cached_property
    def _ways(self) -> list[tuple[str, str, Convert]]:
        name_of = self.converter.config.name_converter.from_argument
        return [
            (name_of(each), each.python_name, self._way(each.type)) for each in self.field.arguments
        ]

    def _way(self, kind: Any) -> Convert:
        if isinstance(kind, StrawberryOptional) and not isinstance(kind, StrawberryMaybe):
            return self._way(kind.of_type)
        if isinstance(kind, StrawberryList):
            return _several(self._way(kind.of_type))
        if self._is_leaf(kind):
            return lambda value: value
        if has_object_definition(kind) and kind.__strawberry_definition__.from_input is None:
            return self._input(kind, kind.__strawberry_definition__)
        registry, config = self.converter.scalar_registry, self.converter.config
        return lambda value: convert_argument(value, kind, registry, config)

    def _is_leaf(self, kind: Any) -> bool:
        plain = kind is not GlobalID and is_scalar(kind, self.converter.scalar_registry)
        return plain or isinstance(kind, StrawberryEnumDefinition)

    def _input(self, kind: Any, definition: Any) -> Convert:
        name_of = self.converter.config.name_converter.from_field
        ways = [
            (
                name_of(each),
                each.python_name,
                self._way(each.resolve_type(type_definition=definition)),
            )
            for each in definition.fields
        ]
        left_out = {
            each.python_name: None
            for each in definition.fields
            if each.default_value is MISSING and each.default_factory is MISSING
        }

        def convert(value: Any) -> Any:
            if value is None or value is UNSET:
                return value
            given = {each: way(value[name]) for name, each, way in ways if name in value}
            return kind(**(left_out | given))

        return convert


def _several(convert: Convert) -> Convert:
    return lambda values: (
        values if values is None or values is UNSET else [convert(each) for each in values]
    )


def direct(field: Any, converter: Any, info_class: Any) -> Resolve | None:
    """Return a resolver that calls the field's own function; None where strawberry has more to do for it."""
    base = field.base_resolver
    if base is None or field.extensions or not base.self_parameter or not base.info_parameter:
        return None
    arguments, function, info_name = (
        Arguments(field, converter),
        base.wrapped_func,
        base.info_parameter.name,
    )

    def resolve(source: Any, info: Any, **given: Any) -> Any:
        known = info_class(_raw_info=info, _field=field)
        return function(source, **{info_name: known}, **arguments.converted(given))

    return resolve
