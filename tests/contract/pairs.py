"""Pairs of schemas that differ in one thing, and what that one thing is."""

from __future__ import annotations

from dataclasses import dataclass

from server.contract.impact import Impact

BASE = """
directive @requires(audience: [Audience!], right: Right, permission: Permission) on FIELD_DEFINITION | OBJECT
directive @cost(weight: Int!) on FIELD_DEFINITION
directive @public on FIELD_DEFINITION
directive @seen on FIELD_DEFINITION
enum Audience { AGENT CUSTOMER INTEGRATION }
enum Right { FIND_AGENTS }
enum Permission { INVITE CLOSE }
enum Status { OPEN CLOSED }
interface Event { id: ID! }
type Opened implements Event { id: ID! }
type Note { text: String! about: String old: Int @deprecated(reason: "Use `Note.text`.") }
type Message { text: String! }
union Said = Note | Message
input Sort { by: Status! = OPEN, limit: Int }
input Target { agentId: ID departmentId: ID }
scalar Cursor @specifiedBy(url: "https://example.com/one")
type Query {
  note(id: ID!, status: Status = OPEN, sort: Sort, target: Target, after: Cursor): Note @requires(audience: [AGENT])
  notes(first: Int): [Note!]
  said: [Said!]!
  events: [Event!]! @cost(weight: 5)
  close: Boolean @requires(audience: [AGENT, CUSTOMER], permission: CLOSE)
  limits: Int @public
}
"""


@dataclass(frozen=True)
class Pair:
    """`old` in the base is replaced by `new`; exactly one change of that kind and impact is to be found."""

    name: str
    old: str
    new: str
    kind: str
    impact: Impact


B, D, S = Impact.BREAKING, Impact.DANGEROUS, Impact.SAFE
NOTE = "Note @requires(audience: [AGENT])"

PAIRS = [
    Pair("a field removed", "about: String ", "", "FIELD_REMOVED", B),
    Pair("a field added", "about: String ", "about: String by: ID ", "FIELD_ADDED", S),
    Pair("a required argument", "(first: Int)", "(first: Int, of: ID!)", "REQUIRED_ARG_ADDED", B),
    Pair("an optional argument", "(first: Int)", "(first: Int, of: ID)", "OPTIONAL_ARG_ADDED", D),
    Pair("an argument removed", "(first: Int)", "", "ARG_REMOVED", B),
    Pair("an argument made required", "first: Int", "first: Int!", "ARG_CHANGED_KIND", B),
    Pair("an argument made optional", "(id: ID!,", "(id: ID,", "ARG_CHANGED_KIND_SAFE", S),
    Pair(
        "another default",
        "status: Status = OPEN",
        "status: Status = CLOSED",
        "ARG_DEFAULT_VALUE_CHANGE",
        D,
    ),
    Pair(
        "an enum value added", "{ OPEN CLOSED }", "{ OPEN HELD CLOSED }", "VALUE_ADDED_TO_ENUM", D
    ),
    Pair("an enum value removed", "{ INVITE CLOSE }", "{ CLOSE }", "VALUE_REMOVED_FROM_ENUM", B),
    Pair("a field made nullable", "said: [Said!]!", "said: [Said!]", "FIELD_CHANGED_KIND", B),
    Pair(
        "a field made non-null", "about: String ", "about: String! ", "FIELD_CHANGED_KIND_SAFE", S
    ),
    Pair(
        "items made nullable",
        "notes(first: Int): [Note!]",
        "notes(first: Int): [Note]",
        "FIELD_CHANGED_KIND",
        B,
    ),
    Pair("another type", "about: String ", "about: Int ", "FIELD_CHANGED_KIND", B),
    Pair(
        "a required input field",
        "limit: Int",
        "limit: Int, of: ID!",
        "REQUIRED_INPUT_FIELD_ADDED",
        B,
    ),
    Pair(
        "an optional input field",
        "limit: Int",
        "limit: Int, of: ID",
        "OPTIONAL_INPUT_FIELD_ADDED",
        D,
    ),
    Pair("an input field removed", ", limit: Int", "", "FIELD_REMOVED", B),
    Pair("a type left a union", "Note | Message", "Note", "TYPE_REMOVED_FROM_UNION", B),
    Pair(
        "a type joined a union",
        "Note | Message",
        "Note | Message | Opened",
        "TYPE_ADDED_TO_UNION",
        D,
    ),
    Pair(
        "an interface left",
        "type Opened implements Event",
        "type Opened",
        "IMPLEMENTED_INTERFACE_REMOVED",
        B,
    ),
    Pair("a type added", "type Opened", "type Apart { id: ID } type Opened", "TYPE_ADDED", S),
    Pair(
        "a kind of event added",
        "type Opened",
        "type Closed implements Event { id: ID! } type Opened",
        "TYPE_ADDED_TO_INTERFACE",
        D,
    ),
    Pair("an exactly-one-of made", "input Target", "input Target @oneOf", "ONEOF_ADDED", B),
    Pair("a scalar in another format", "com/one", "com/two", "SPECIFIEDBY_CHANGED", D),
    Pair(
        "a guard added",
        "said: [Said!]!",
        "said: [Said!]! @requires(permission: CLOSE)",
        "REQUIRES_ADDED",
        B,
    ),
    Pair("a guard removed", NOTE, "Note", "REQUIRES_REMOVED", D),
    Pair("a guard for fewer", "[AGENT, CUSTOMER]", "[AGENT]", "REQUIRES_CHANGED", B),
    Pair(
        "a guard for more",
        "[AGENT, CUSTOMER]",
        "[AGENT, CUSTOMER, INTEGRATION]",
        "REQUIRES_CHANGED",
        D,
    ),
    Pair(
        "a guard that asks for a permission",
        NOTE,
        "Note @requires(audience: [AGENT], permission: INVITE)",
        "REQUIRES_CHANGED",
        B,
    ),
    Pair(
        "a guard that asks for another",
        "permission: CLOSE",
        "permission: INVITE",
        "REQUIRES_CHANGED",
        B,
    ),
    Pair("a guard that asks for less", ", permission: CLOSE", "", "REQUIRES_CHANGED", D),
    Pair(
        "a guard on a type",
        "type Message",
        "type Message @requires(audience: [AGENT])",
        "REQUIRES_ADDED",
        B,
    ),
    Pair("no longer public", "limits: Int @public", "limits: Int", "PUBLIC_REMOVED", B),
    Pair("made public", "said: [Said!]!", "said: [Said!]! @public", "PUBLIC_ADDED", D),
    Pair("dearer", "weight: 5", "weight: 6", "COST_CHANGED", D),
    Pair("cheaper", "weight: 5", "weight: 4", "COST_CHANGED", S),
    Pair(
        "deprecated",
        "about: String ",
        'about: String @deprecated(reason: "Old.") ',
        "DEPRECATED_ADDED",
        S,
    ),
    Pair(
        "no longer deprecated",
        ' @deprecated(reason: "Use `Note.text`.")',
        "",
        "DEPRECATED_REMOVED",
        S,
    ),
    Pair("a directive nobody knows", "said: [Said!]!", "said: [Said!]! @seen", "SEEN_ADDED", D),
    Pair("a directive argument removed", ", right: Right", "", "DIRECTIVE_ARG_REMOVED", B),
    Pair(
        "a directive added",
        "directive @seen",
        "directive @new on FIELD\ndirective @seen",
        "DIRECTIVE_ADDED",
        S,
    ),
]
