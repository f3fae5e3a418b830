"""Documents that are small to send and would be large to run, by what they blow up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PARSE, VALIDATION = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
TOO_COMPLEX, INPUT = "QUERY_TOO_COMPLEX", "BAD_USER_INPUT"
ONE_TYPE = "__schema { types { fields { type { fields { name } } } } }"
WITH_FILTER = "query ($where: AgentFilter) { onlineAgents(where: $where) { nodes { id } } }"
WITH_IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


@dataclass(frozen=True)
class Bomb:
    family: str
    name: str
    code: str
    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    def again(self, number: int) -> str:
        """Return the document a little longer each time, so that none is remembered."""
        return self.document + " " * number


def around(opening: str, middle: str, closing: str, times: int) -> str:
    return opening * times + middle + closing * times


def each(pattern: str, times: int) -> str:
    """Repeat a pattern; `#` in it is the number, `+` the next one."""
    numbered = (pattern.replace("#", str(n)).replace("+", str(n + 1)) for n in range(times))
    return " ".join(numbered)


def fragments(pattern: str, times: int, start: str = "{ ...F0 } ") -> str:
    last = f" fragment F{times} on Query {{ apiLimits {{ depth }} }}"
    return start + each(pattern, times) + last


NESTING = [
    Bomb("nesting", "490 fields deep", PARSE, around("{ a ", "", "}", 490)),
    Bomb("nesting", "160 fields deep", TOO_COMPLEX, around("{ a ", "", "}", 160)),
    Bomb("nesting", "13 known fields deep", TOO_COMPLEX,
         "{ viewer { agent " + around("{ department ", "{ id }", "}", 11) + " } }"),
    Bomb("nesting", "240 inline fragments deep", PARSE, "{" + around("...{", "a", "}", 240) + "}"),
    Bomb("nesting", "120 inline fragments deep", VALIDATION, "{" + around("...{", "a", "}", 120) + "}"),
    Bomb("nesting", "a list 490 deep", PARSE, "{ a(b: " + around("[", "1", "]", 490) + ") }"),
    Bomb("nesting", "an object 300 deep", PARSE, "{ a(b: " + around("{a:", "1", "}", 300) + ") }"),
    Bomb("nesting", "a type 480 deep", PARSE, "query ($a: " + around("[", "Int", "]", 480) + ") { a }"),
]  # fmt: skip

FRAGMENTS = [
    Bomb("fragments", "a billion fields by doubling", TOO_COMPLEX,
         fragments("fragment F# on Query { ...F+ ...F+ }", 90)),
    Bomb("fragments", "a ring of 100", VALIDATION,
         "{ ...F0 } " + each("fragment F# on Query { ...F+ }", 99) + " fragment F99 on Query { ...F0 }"),
    Bomb("fragments", "one that spreads itself", VALIDATION,
         "{ ...A } fragment A on Query { ...A ...A ...A }"),
    Bomb("fragments", "two that spread each other", VALIDATION,
         "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
    Bomb("fragments", "a chain of 80 that leads too deep", TOO_COMPLEX,
         "{ ...F0 } " + each("fragment F# on Query { a { ...F+ } }", 80) + " fragment F80 on Query { a }"),
    Bomb("fragments", "80 that are not used", VALIDATION,
         "{ viewer { rights } } " + each("fragment F# on Query { viewer { rights } }", 80)),
    Bomb("fragments", "200 spreads of none", VALIDATION, "{ " + each("...F#", 200) + " }"),
]  # fmt: skip

ALIASES = [
    Bomb("aliases", "16 of a cheap field", TOO_COMPLEX, "{ " + each("a#: apiLimits { depth }", 16) + " }"),
    Bomb("aliases", "140 of a cheap field", TOO_COMPLEX, "{ " + each("a#: apiLimits { id }", 140) + " }"),
    Bomb("aliases", "spread by fragments", TOO_COMPLEX,
         fragments("fragment F# on Query { a#: __typename ...F+ ...F+ }", 50)),
]  # fmt: skip

DIRECTIVES = [
    Bomb("directives", "300 unknown ones", TOO_COMPLEX, "{ viewer " + each("@x#", 300) + " { rights } }"),
    Bomb("directives", "120 times @skip", TOO_COMPLEX, "{ viewer " + "@skip(if: false) " * 120 + "{ rights } }"),
    Bomb("directives", "on an operation", TOO_COMPLEX, "query Q " + each("@x#", 300) + " { viewer { rights } }"),
    Bomb("directives", "40 times @include", VALIDATION, "{ viewer " + "@include(if: true) " * 40 + "{ rights } }"),
    Bomb("directives", "spread by fragments", TOO_COMPLEX,
         fragments("fragment F# on Query { ...F+ @x ...F+ @x }", 60)),
]  # fmt: skip

COST = [
    Bomb("cost", "pages of pages", TOO_COMPLEX,
         "{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id text } } } } }"),
    Bomb("cost", "pages by a variable", TOO_COMPLEX,
         "query ($n: Int) { conversations(first: $n) { nodes { messages(last: $n) { nodes { id } } } } }", {"n": 100}),
    Bomb("cost", "pages by a default", TOO_COMPLEX,
         "query ($n: Int = 100) { conversations(first: $n) { nodes { messages(last: $n) { nodes { id } } } } }"),
    Bomb("cost", "501 fields", TOO_COMPLEX, "{ viewer { agent { " + "name " * 501 + "} } }"),
    Bomb("cost", "1 001 tokens", PARSE, "{ " + "a " * 1001 + "}"),
    Bomb("cost", "5 000 tokens", PARSE, "{ " + "a " * 5_000 + "}"),
    Bomb("cost", "100 operations", PARSE, each("query a# { viewer { agent { id } } }", 100)),
]  # fmt: skip

INTROSPECTION = [
    Bomb("introspection", "the types of the fields of types, 15 times", TOO_COMPLEX,
         "{ " + each("a#: " + ONE_TYPE, 15) + " }"),
    Bomb("introspection", "round and round", TOO_COMPLEX,
         "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"),
    Bomb("introspection", "by possible types", TOO_COMPLEX,
         "{ __schema { types { possibleTypes { fields { type { possibleTypes { name } } } } } } }"),
    Bomb("introspection", "wrapped in fragments", TOO_COMPLEX,
         "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } "
         "fragment B on __Type { fields { type { ...C } } } fragment C on __Type { fields { name } }"),
]  # fmt: skip

MISTAKES = [
    Bomb("mistakes", "480 unknown fields", VALIDATION, "{ " + each("f#", 480) + " }"),
    Bomb("mistakes", "300 unknown arguments", VALIDATION, "{ viewer(" + each("a#: 1", 300) + ") { rights } }"),
    Bomb("mistakes", "230 variables without use", VALIDATION,
         "query (" + each("$v#: Int", 230) + ") { viewer { rights } }"),
    Bomb("mistakes", "230 unknown types", VALIDATION, "query (" + each("$v#: T#", 230) + ") { viewer { rights } }"),
    Bomb("mistakes", "a name of 30 000 letters", VALIDATION, "{ " + "a" * 30_000 + " }"),
    Bomb("mistakes", "a string that never ends", PARSE, '{ node(id: "' + "\\u0041" * 5_000),
    Bomb("mistakes", "a block string that never ends", PARSE, '{ node(id: """' + "\n \n" * 10_000),
    Bomb("mistakes", "ids that are lists", INPUT, WITH_IDS, {"ids": [[]] * 1_900}),
    Bomb("mistakes", "ids that are null", INPUT, WITH_IDS, {"ids": [None] * 1_900}),
    Bomb("mistakes", "1 900 unknown variables in an object", INPUT, WITH_FILTER,
         {"where": {f"departmnt{n}": n for n in range(1_900)}}),
]  # fmt: skip

REPEATS = [
    Bomb("repeats", "450 times the same field", TOO_COMPLEX, "{ viewer { agent { " + "name " * 450 + "} } }"),
    Bomb("repeats", "60 times the same fields below", TOO_COMPLEX,
         "{ " + "viewer { agent { name id } agent { name id } } " * 60 + "}"),
    Bomb("repeats", "100 fragments alike", TOO_COMPLEX,
         "{ viewer { agent { " + each("...F#", 100) + " } } } " + each("fragment F# on Agent { name }", 100)),
]  # fmt: skip

BOMBS = [*NESTING, *FRAGMENTS, *ALIASES, *DIRECTIVES, *COST, *INTROSPECTION, *MISTAKES]
FAMILIES = sorted({bomb.family for bomb in BOMBS})
