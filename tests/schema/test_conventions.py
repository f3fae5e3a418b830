"""The conventions of the schema, checked on every type, field and argument of the built schema."""

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import (
    build_schema,
    get_named_type,
    graphql_sync,
    is_interface_type,
    is_non_null_type,
    is_scalar_type,
    is_specified_directive,
    is_specified_scalar_type,
)

from schema.build import sdl
from tests.schema.walks import (
    BUILT,
    ROOTS,
    arguments,
    everything,
    fields,
    input_fields,
    list_of,
    types,
    values,
)

QUERIES = """
viewer node nodes onlineAgents departments skills conversation conversations invitation myInvitations pendingApprovals
collaborationPolicy policyChanges recommendCollaborators inviteSuggestions inviteRules customerConversation apiLimits
"""
MUTATIONS = """
openConversation pauseConversation resumeConversation inviteAgents acceptInvitation declineInvitation deferInvitation
approveInvitation rejectInvitation revokeInvitation transferPrimary offerPrimary acceptPrimary advanceStage
requestAuthorization approveAuthorization denyAuthorization appointDelegate endDelegation takeOverConversation adjustPermission
removeParticipant leaveConversation endCollaboration closeConversation sendReply postNote editNote setPresence
heartbeat sendCustomerMessage updateCollaborationPolicy updateInviteRule
"""
SUBSCRIPTIONS = "invitationUpdates pendingApprovalUpdates internalNotes conversationEvents inbox customerMessages"


def test_everything_is_described_by_sentences() -> None:
    wrong = [n for n, each in everything() if not re.search(r"[.:`]$", each.description or "")]
    own = [
        name
        for name in wrong
        if not name.startswith(("@skip", "@include", "@deprecated", "@specifiedBy", "@oneOf"))
    ]
    builtin = {"Boolean", "Float", "ID", "Int", "String"}
    assert [name for name in own if name not in builtin] == []


def test_the_first_sentence_stands_alone() -> None:
    for name, each in everything():
        first = (each.description or "").split("\n\n")[0].strip()
        assert len(first) >= 5, name
        assert first[0].isupper() or not first[0].isalpha(), name


def test_names_follow_the_common_style() -> None:
    for kind in types():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", kind.name), kind.name
    for name, _ in [*fields(), *input_fields()]:
        assert re.fullmatch(r"[a-z][A-Za-z0-9]*", name.split(".")[1]), name
    for name, _ in arguments():
        assert re.fullmatch(r"[a-z][A-Za-z0-9]*", name.split("(")[1][:-1]), name
    for name, _ in values():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", name.split(".")[1]), name


def test_one_word_is_used_for_each_idea() -> None:
    synonyms = re.compile(r"thread|chat|session|ticket|user(?!error)|operator", re.IGNORECASE)
    assert [name for name, _ in everything() if synonyms.search(name)] == []


def test_every_fixed_operation_is_there() -> None:
    for root, names in zip(ROOTS, (QUERIES, MUTATIONS, SUBSCRIPTIONS), strict=True):
        found: Any = BUILT.type_map[root]
        assert set(names.split()) <= set(found.fields)


def test_a_mutation_takes_one_input_and_answers_one_payload() -> None:
    root: Any = BUILT.type_map["Mutation"]
    for name, field in root.fields.items():
        kind = f"{name[0].upper()}{name[1:]}"
        assert {key: str(a.type) for key, a in field.args.items()} == {"input": f"{kind}Input!"}
        taken: Any = BUILT.type_map[f"{kind}Input"]
        assert str(taken.fields["idempotencyKey"].type) == "String"
        assert str(field.type) == f"{kind}Payload"


def test_a_guarded_root_field_is_nullable() -> None:
    """What one field may not tell, or a later mutation fails at, takes nothing else of an answer away."""
    for name in ("Query", "Mutation"):
        root: Any = BUILT.type_map[name]
        for field, declared in root.fields.items():
            assert is_non_null_type(declared.type) == (field == "apiLimits"), field


def test_a_payload_holds_nullable_objects_and_errors() -> None:
    payloads = [kind for kind in types() if kind.name.endswith("Payload")]
    assert payloads
    for kind in payloads:
        assert str(kind.fields["errors"].type) == "[UserError!]!"
        assert not {"success", "clientMutationId"} & set(kind.fields)
        results = [
            field for name, field in kind.fields.items() if name not in {"errors", "results"}
        ]
        assert not any(is_non_null_type(field.type) for field in results), kind.name


def test_an_edit_says_which_version_it_saw() -> None:
    edits = "EditNote TransferPrimary CloseConversation UpdateCollaborationPolicy"
    for kind in (f"{name}Input" for name in edits.split()):
        taken: Any = BUILT.type_map[kind]
        assert get_named_type(taken.fields["expectedVersion"].type).name == "Int"


def test_a_user_error_has_message_code_and_path() -> None:
    kind: Any = BUILT.type_map["UserError"]
    assert is_interface_type(kind)
    shape = {name: str(field.type) for name, field in kind.fields.items()}
    assert shape == {"message": "String!", "code": "UserErrorCode!", "path": "[String!]"}


def test_a_list_without_bound_is_a_connection() -> None:
    connections = [kind for kind in types() if kind.name.endswith("Connection")]
    assert connections
    for kind in connections:
        item = kind.name.removesuffix("Connection")
        shape = {name: str(field.type) for name, field in kind.fields.items()}
        assert shape == {
            "edges": f"[{item}Edge!]!",
            "nodes": f"[{item}!]!",
            "pageInfo": "PageInfo!",
            "totalCount": "Int",
        }
        edge: Any = BUILT.type_map[f"{item}Edge"]
        parts = {name: str(field.type) for name, field in edge.fields.items()}
        assert parts == {"node": f"{item}!", "cursor": "Cursor!"}


def test_every_connection_is_paged_both_ways() -> None:
    for name, field in fields():
        if get_named_type(field.type).name.endswith("Connection"):
            taken = {key: str(argument.type) for key, argument in field.args.items()}
            paging = {"first": "Int", "after": "Cursor", "last": "Int", "before": "Cursor"}
            assert paging.items() <= taken.items(), name


def test_the_items_of_a_list_are_there() -> None:
    """Only `nodes(ids:)` answers null in a place: that of an id that is unknown or hidden."""
    for name, each in [*fields(), *arguments(), *input_fields()]:
        found = list_of(each.type)
        if found is not None and name != "Query.nodes":
            assert is_non_null_type(found.of_type), name


def test_filters_and_orders_have_one_name_each() -> None:
    for name, argument in arguments():
        kind = get_named_type(argument.type).name
        assert kind.endswith("Filter") == name.endswith("(where)"), name
        assert kind.endswith("Sort") == name.endswith("(orderBy)"), name


def test_output_refers_to_objects_and_input_to_ids() -> None:
    """An integration sees no conversation, so it is given the id of the one it opened."""
    named = [
        n for n, f in fields() if re.search(r"Ids?$", n) and get_named_type(f.type).name == "ID"
    ]
    assert named == ["OpenConversationPayload.conversationId"]
    for name, field in [*input_fields(), *arguments()]:
        if get_named_type(field.type).name == "ID":
            assert re.search(r"(Ids?|\.id|escalateTo|\((id|ids|availableFor)\)|Id\))$", name), name


def test_a_time_ends_in_at_and_a_duration_in_its_unit() -> None:
    """`until` and `levelUntil` say until when a level holds."""
    for name, each in [*fields(), *input_fields()]:
        is_time = get_named_type(each.type).name == "DateTime"
        assert is_time == bool(re.search(r"(At|[uU]ntil)$", name)), name
    for name, _ in fields():
        assert not re.search(r"(timeout|validity|duration|delay)$", name, re.IGNORECASE), name


def test_our_scalars_are_specified() -> None:
    own = [k for k in types() if is_scalar_type(k) and not is_specified_scalar_type(k)]
    assert {kind.name for kind in own} == {"DateTime", "Cursor"}
    assert all((kind.specified_by_url or "").startswith("https://") for kind in own)


def test_no_default_is_null() -> None:
    """Absent and null differ, and a default of null would say they do not."""
    nulls = [n for n, each in [*arguments(), *input_fields()] if each.default_value is None]
    assert nulls == []
    assert "= null" not in sdl()


def test_exactly_one_of_is_said_by_the_type() -> None:
    told = graphql_sync(BUILT, "{ __schema { types { name isOneOf } } }").data
    assert told is not None
    found = {kind["name"] for kind in told["__schema"]["types"] if kind["isOneOf"]}
    assert found == {"InvitationTarget", "CustomerTarget"}
    assert all(f"input {name} @oneOf {{" in sdl() for name in found)


def test_what_is_deprecated_says_what_replaces_it_and_until_when() -> None:
    for name, each in everything():
        reason = getattr(each, "deprecation_reason", None)
        assert reason is None or re.search(r"\d{4}-\d{2}-\d{2}", reason), name


def test_every_event_can_be_resumed_from() -> None:
    for kind in map(BUILT.type_map.get, ("Event", "ConversationEvent", "InboxEvent", "NoteEvent")):
        found: Any = kind
        shape = {name: str(field.type) for name, field in found.fields.items()}
        common = {
            "id": "ID!",
            "cursor": "Cursor!",
            "occurredAt": "DateTime!",
            "actor": "EventActor!",
        }
        assert common.items() <= shape.items()
    root: Any = BUILT.type_map["Subscription"]
    for name, field in root.fields.items():
        if name != "presenceChanges":  # it is in no log
            assert str(field.args["after"].type) == "Cursor"


def test_history_and_stream_tell_the_same_events() -> None:
    conversation, root = BUILT.type_map["Conversation"], BUILT.type_map["Subscription"]
    told: Any = (conversation, root)
    assert get_named_type(told[0].fields["events"].type).name == "ConversationEventConnection"
    assert get_named_type(told[1].fields["conversationEvents"].type).name == "ConversationEvent"


def test_every_type_is_reachable() -> None:
    reached: set[str] = set()
    waiting = [BUILT.type_map[root] for root in ROOTS]
    while waiting:
        kind: Any = waiting.pop()
        if kind.name not in reached:
            reached.add(kind.name)
            waiting += _from(kind)
    used = {get_named_type(argument.type).name for name, argument in arguments() if name[0] == "@"}
    assert {kind.name for kind in types()} == reached | used


def _from(kind: Any) -> list[Any]:
    found = [*getattr(kind, "interfaces", ())]
    if is_interface_type(kind):
        found += BUILT.get_possible_types(kind)
    for field in getattr(kind, "fields", {}).values():
        found.append(get_named_type(field.type))
        found += [get_named_type(argument.type) for argument in getattr(field, "args", {}).values()]
    return found


def test_the_schema_language_is_complete() -> None:
    """What is printed builds the same types, fields and directives again."""
    again = build_schema(sdl())
    assert set(BUILT.type_map) == set(again.type_map)
    own = {d.name for d in BUILT.directives if not is_specified_directive(d)}
    assert own <= {directive.name for directive in again.directives}
    described = {d.name: d.description for d in again.directives}
    assert all(described[name] for name in own)


@pytest.mark.parametrize(
    "field",
    [
        "transferPrimary",
        "acceptPrimary",
        "appointDelegate",
        "endDelegation",
        "takeOverConversation",
    ],
)
def test_whatever_hands_the_lead_over_tells_that_ids_change(field: str) -> None:
    assert BUILT.mutation_type
    described = BUILT.mutation_type.fields[field].description or ""
    assert "new participant id: read ids that you hold again" in " ".join(described.split())
