"""Codes are API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pytest

from domain import errors
from domain.errors import Failure, InvalidInput, InviteeAtCapacity, NotFound, Refusal

FAILURES = {
    "BAD_USER_INPUT",
    "CURSOR_EXPIRED",
    "FORBIDDEN",
    "HISTORY_CHANGED",
    "NOT_FOUND",
    "RATE_LIMITED",
    "SERVICE_UNAVAILABLE",
    "UNAUTHENTICATED",
}
REFUSALS = {
    "ALREADY_PARTICIPANT",
    "AUTHORIZATION_NOT_PENDING",
    "REVIEW_NOT_PENDING",
    "STEP_UP_REQUIRED",
    "CANNOT_INVITE_SELF",
    "COLLABORATION_DISABLED",
    "COLLABORATOR_LIMIT_REACHED",
    "CONVERSATION_CLOSED",
    "CONVERSATION_ON_HOLD",
    "CROSS_DEPARTMENT_NOT_PERMITTED",
    "DUPLICATE_INVITATION",
    "EMERGENCY_NOT_JUSTIFIED",
    "EXTERNAL_NOT_PERMITTED",
    "IDEMPOTENCY_CONFLICT",
    "INVALID_INPUT",
    "INVITATION_EXPIRED",
    "INVITATION_NOT_PENDING",
    "INVITEE_AT_CAPACITY",
    "INVITEE_DO_NOT_DISTURB",
    "INVITEE_OFFLINE",
    "LEVEL_TOO_HIGH",
    "NOT_FOUND",
    "NOT_PERMITTED",
    "ORGANIZATION_LIMIT_REACHED",
    "PRIMARY_MUST_TRANSFER",
    "RATE_LIMITED",
    "ROLE_NOT_ALLOWED_TO_INVITE",
    "VERSION_CONFLICT",
}


def below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def codes(kind: type[Exception]) -> list[str]:
    return [str(child.code) for child in below(kind) if "code" in vars(child)]  # type: ignore[attr-defined]  # the line asks


@pytest.mark.parametrize(("kind", "expected"), [(Failure, FAILURES), (Refusal, REFUSALS)])
def test_each_code_belongs_to_one_error(kind: type[Exception], expected: set[str]) -> None:
    assert sorted(codes(kind)) == sorted(expected)


def test_the_drawing_of_the_tree_names_every_error() -> None:
    drawn = errors.__doc__ or ""
    assert [e.__name__ for e in (*below(Failure), *below(Refusal)) if e.__name__ not in drawn] == []


def test_a_failure_carries_its_code_and_more() -> None:
    assert errors.CursorExpired("Too old.", kept=30).extensions == {
        "code": "CURSOR_EXPIRED",
        "kept": 30,
    }
    assert Failure("Something broke.").extensions == {"code": "INTERNAL_SERVER_ERROR"}


def test_a_refusal_is_plain_facts() -> None:
    assert asdict(InviteeAtCapacity("Full.", limit=5, current=6).reason) == {
        "code": "INVITEE_AT_CAPACITY",
        "message": "Full.",
        "path": None,
        "details": {"limit": 5, "current": 6},
    }


def test_a_refusal_is_put_below_a_path() -> None:
    assert NotFound("Gone.").at("input", "agentId").reason.path == ["input", "agentId"]
    inner = InvalidInput("Empty.", path=["note", "text"])
    assert inner.at("input", "0").reason.path == ["input", "0", "note", "text"]
