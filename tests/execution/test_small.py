"""Compiled documents answer as graphql-core does, whatever goes wrong, and do nothing twice."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from execution.compiler import Compiler, Compiling
from tests.execution.small import REMEMBERING, SCHEMA, Loaded, compiling

DOCUMENTS = [
    "{ named { name __typename } }",
    "{ named { name ... on Thing { number colour rows shout double } ... on Other { weight } } }",
    "{ named { ...T name } } fragment T on Thing { n: number inner { ...U } things { ...U } } fragment U on Thing { name shout }",
    "{ thing(number: 13) { inner { inner { name } name } things { double(times: 3) d: double awaited } } }",
    "{ thing(number: 13) { things { name } things { number } } }",
    "query ($skip: Boolean!) { thing(number: 2) { name @skip(if: $skip) number @include(if: $skip) ... @skip(if: $skip) { shout } } }",
    'query ($n: Int!) { thing(number: $n) { name awaited(suffix: "?") double(times: $n) } nothing: thing(number: 99) { name } }',
    "{ awaitedThings { name number } }",
    "{ thing(number: -1) { awaited rows } }",
    "{ named { ... on Thing { fails name } } }",
    "{ named { ... on Thing { failsHard } } thing(number: 2) { name } }",
    "{ thing(number: 2) { nothing } named { name } }",
    "{ thing(number: 2) { tooLarge name } }",
    "{ broken { name } }",
    "{ thing(number: 13) { name } broken { name } }",
    "{ __schema { queryType { name } } thing(number: 2) { name } }",
    "{ __typename thing(number: 2) { __typename } }",
    "{ thing(number: 2) { missing } }",
    "query ($n: Int!) { thing(number: $n) { name } }",
    "query ($skip: Boolean = true) { thing(number: 2) @include(if: $skip) { name } }",
    "query ($skip: Boolean = true) { thing(number: 2) { name @skip(if: $skip) } named { name } }",
]
MUTATIONS = [
    'mutation { run(name: "a") { name double things { double } } }',
    'mutation { a: run(name: "a") { name } b: run(name: "b") { shout fails } c: run(name: "c") { name } }',
    'mutation { a: run(name: "a") { nothing } b: run(name: "b") { name } }',
    'mutation { a: run(name: "a") { name } b: run(name: "refused") { name } c: run(name: "c") { failsHard } }',
]
VARIABLES = [{}, {"skip": True, "n": 2}, {"skip": False, "n": 13}, {"skip": None, "n": 2}]


async def answer(document: str, variables: dict[str, Any], context: Loaded) -> bytes:
    result = await SCHEMA.execute(document, variable_values=variables, context_value=context)
    errors = [error.formatted for error in result.errors or []]
    return orjson.dumps({"data": result.data, "errors": errors})


@pytest.mark.parametrize("variables", VARIABLES, ids=str)
@pytest.mark.parametrize("document", [*DOCUMENTS, *MUTATIONS])
async def test_answers_are_equal_byte_for_byte(document: str, variables: dict[str, Any]) -> None:
    plain, compiled = Loaded(None), Loaded(compiling())
    expected = await answer(document, variables, plain)
    assert await answer(document, variables, compiled) == expected
    assert compiled.ran == plain.ran  # each mutation once, in order


async def test_what_is_loaded_for_a_level_is_loaded_at_once() -> None:
    context = Loaded(compiling())
    await answer("{ named { ... on Thing { double d: double } } }", {}, context)
    assert context.loads == 1


async def test_only_arguments_without_variables_are_read_once() -> None:
    document = "query ($n: Int!) { thing(number: 2) { double(times: $n) d: double(times: 5) } }"
    context, found = Loaded(compiling()), []
    for n in (3, 4):
        result = await REMEMBERING.execute(document, {"n": n}, context)
        found.append(result.data)
    assert found == [{"thing": {"double": n * 2, "d": 10}} for n in (3, 4)]
    assert context.compiler
    assert len(context.compiler.known) == 1  # the second time it was not compiled anew


async def test_a_document_is_compiled_when_it_comes_again() -> None:
    compiler = Compiler({}, Compiling.ON)
    for _ in range(3):
        await answer("{ thing { name } }", {}, Loaded(compiler))
    assert compiler.known  # strawberry parses anew each time: three operations, each seen once
    assert all(not known.plans for known in compiler.known.values())


async def test_it_can_be_switched_off() -> None:
    compiler = Compiler({}, Compiling.OFF)
    await answer("{ thing { name } }", {}, Loaded(compiler))
    assert not compiler.known
