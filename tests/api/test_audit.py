"""The audit: everything that is done or refused is in it, admins read it, and nobody rewrites it unnoticed."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from domain.audit import BEGINNING
from domain.ids import new_id
from models.audit import entries
from models.database import Database
from resolvers.auditing import Verdict, verify
from tests.api.asking import act, code_of, refused
from tests.service import Service, node_id
from tests.steps import conversation_id, invite, invited, join, note
from tests.world import change

LOG = """
query ($where: AuditFilter, $orderBy: AuditSort, $first: Int, $after: Cursor) {
  auditLog(where: $where, orderBy: $orderBy, first: $first, after: $after) {
    nodes {
      sequence operation refusals subjectType digest facts { name value }
      actor { kind agent { name } } subject { __typename id }
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}
"""
e = entries.c


async def log(service: Service, **variables: Any) -> Any:
    return (await service.agent("admin").run(LOG, **variables))["auditLog"]


async def verdict(service: Service) -> Verdict:
    """Return how the chain of the tests' organization holds."""
    found = [each async for each in verify(service.database)]
    return next(each for each in found if each.organization == "Skysail")


async def test_what_is_done_is_on_record(service: Service) -> None:
    """R157, R158: who, what, about what, with which choices; texts are left out."""
    await note(service, "lin", "A secret of the customer")
    await invited(service, "lin", "wang", role="OBSERVER")
    newest, oldest = (await log(service))["nodes"]
    assert (newest["operation"], newest["refusals"], newest["sequence"]) == ("inviteAgents", [], 2)
    assert newest["actor"] == {"kind": "AGENT", "agent": {"name": "Lin"}}
    here = conversation_id(service)
    assert newest["subject"] == {"__typename": "Conversation", "id": here}
    facts = {fact["name"]: fact["value"] for fact in newest["facts"]}
    assert facts["invitees.0.role"] == "OBSERVER"
    assert facts["invitees.0.target.agent_id"] == node_id("Agent", service.world.agents["wang"])
    assert oldest["operation"] == "postNote"
    assert "secret" not in orjson.dumps(oldest["facts"]).decode()


async def test_what_is_refused_is_on_record(service: Service) -> None:
    """R158: by a rule, in part, and by the guard in front of a field."""
    await invite(service, "lin", "mei")
    assert await refused(
        service.agent("lin"), "leaveConversation", conversationId=conversation_id(service)
    )
    assert await code_of(service.agent("lin"), "{ auditLog { totalCount } }") == "FORBIDDEN"
    assert await code_of(service.customer(), "{ viewer { rights } }") == "FORBIDDEN"
    found = (await log(service, where={"refused": True}))["nodes"]
    assert [(entry["operation"], entry["refusals"]) for entry in found] == [
        ("viewer", ["FORBIDDEN"]),
        ("auditLog", ["FORBIDDEN"]),
        ("leaveConversation", ["PRIMARY_MUST_TRANSFER"]),
        ("inviteAgents", ["CROSS_DEPARTMENT_NOT_PERMITTED"]),
    ]
    assert found[0]["actor"] == {"kind": "CUSTOMER", "agent": None}


async def test_admins_page_through_it(service: Service) -> None:
    """R158: oldest or newest first, by who, what, about what and how it ended."""
    for number in range(5):
        await note(service, "lin", f"Note {number}")
    await join(service, "wang")
    first = await log(service, first=4, orderBy={"direction": "ASC"})
    assert [entry["sequence"] for entry in first["nodes"]] == [1, 2, 3, 4]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (7, True)
    rest = await log(
        service, first=4, orderBy={"direction": "ASC"}, after=first["pageInfo"]["endCursor"]
    )
    assert [entry["sequence"] for entry in rest["nodes"]] == [5, 6, 7]
    wang = node_id("Agent", service.world.agents["wang"])
    for where, wanted in (
        ({"operations": ["inviteAgents", "acceptInvitation"]}, [7, 6]),
        ({"actorIds": [wang]}, [7]),
        ({"subjectIds": [conversation_id(service)], "refused": False}, [6, 5, 4, 3, 2, 1]),
        ({"fromAt": "2040-01-01T00:00:00Z"}, []),
        ({"untilAt": "2040-01-01T00:00:00Z", "operations": ["acceptInvitation"]}, [7]),
    ):
        found = await log(service, where=where)
        assert [entry["sequence"] for entry in found["nodes"]] == wanted, where


async def test_only_admins_read_their_own_organizations(service: Service) -> None:
    """R156, R158: not by the list, not by an entry's id."""
    await note(service, "lin", "A note")
    document = "query ($id: ID!) { node(id: $id) { id } }"
    (row,) = await service.database.all(sa.select(e.id))
    entry = node_id("AuditEntry", row.id)
    assert (await service.agent("admin").run(document, id=entry))["node"] == {"id": entry}
    for key in ("lin", "zhao", "other", "ext"):
        assert await code_of(service.agent(key), "{ auditLog { totalCount } }") == "FORBIDDEN"
        assert (await service.agent(key).run(document, id=entry))["node"] is None
    assert await code_of(service.customer(), "{ auditLog { totalCount } }") == "FORBIDDEN"


async def test_many_at_once_make_one_chain(service: Service) -> None:
    """R158, R172: no gap, no fork, whoever writes at the same moment; what is rolled back leaves no place."""
    lin, here = service.agent("lin"), conversation_id(service)
    await asyncio.gather(
        *(act(lin, "postNote", conversationId=here, text=f"Note {n}") for n in range(8)),
        *(refused(lin, "leaveConversation", conversationId=here) for _ in range(8)),
    )
    found = await service.database.all(sa.select(e.seq).order_by(e.seq))
    assert [row.seq for row in found] == list(range(1, 17))
    held = await verdict(service)
    assert (held.entries, held.broken) == (16, None)


async def test_nothing_in_it_can_be_changed_or_deleted(service: Service) -> None:
    """R158: the database itself refuses, whatever asks."""
    await note(service, "lin", "A note")
    for statement in (
        sa.update(entries).values(outcome="NOT_PERMITTED"),
        sa.delete(entries),
    ):
        with pytest.raises(sa.exc.DBAPIError, match="stays as it is"):
            await change(service.database, statement)
    assert (await verdict(service)).broken is None


COPY = """INSERT {how} INTO audit_entry ({rowid} id, organization_id, seq, actor_kind, operation, outcome, facts,
 occurred_at, digest) SELECT {values}, actor_kind, operation, 'FORGED', facts, occurred_at, digest
 FROM audit_entry WHERE seq = 1 {conflict}"""
SAME, ANOTHER = "id, organization_id, {seq}", f"'{new_id().hex}', organization_id, {{seq}}"
UPSERT = "ON CONFLICT ({keys}) DO UPDATE SET outcome = excluded.outcome"
REPLACING = {
    "sqlite": [
        ("OR REPLACE", "", SAME.format(seq=7), ""),
        ("OR REPLACE", "", ANOTHER.format(seq=1), ""),
        ("OR REPLACE", "rowid,", "rowid, " + ANOTHER.format(seq=7), ""),
        ("", "", SAME.format(seq=1), UPSERT.format(keys="id")),
    ],
    "postgresql": [
        ("", "", SAME.format(seq=7), UPSERT.format(keys="id")),
        ("", "", ANOTHER.format(seq=1), UPSERT.format(keys="organization_id, seq")),
    ],
}


async def test_nothing_in_it_can_be_replaced(service: Service) -> None:
    """R158: not by an insertion that takes the key, the place or the row of an entry; the chain goes on."""
    await note(service, "lin", "A note")
    kind = "sqlite" if service.database.is_sqlite else "postgresql"
    for how, rowid, values, conflict in REPLACING[kind]:
        statement = COPY.format(how=how, rowid=rowid, values=values, conflict=conflict)
        with pytest.raises(sa.exc.DBAPIError, match="stays as it is"):
            await run_text(service, statement)
    await note(service, "lin", "Another note")
    held = await verdict(service)
    assert (held.entries, held.broken) == (2, None)


async def run_text(service: Service, statement: str) -> None:
    async with service.database.writing() as connection:
        await connection.execute(sa.text(statement))


@pytest.fixture
async def unlocked(service: Service) -> Service:
    """Somebody who owns the database has taken its triggers away, and five entries are in the log."""
    for number in range(5):
        await note(service, "lin", f"Note {number}")
    for statement in _without_triggers(service.database):
        await run_text(service, statement)
    return service


def _without_triggers(database: Database) -> list[str]:
    if database.is_sqlite:
        return ["DROP TRIGGER audit_entry_kept", "DROP TRIGGER audit_entry_fixed"]
    return ["DROP TRIGGER audit_entry_kept ON audit_entry"]


async def tampered(service: Service, *statements: sa.Update | sa.Delete) -> str:
    """Change rows behind the product's back, and return what the verification then says."""
    for statement in statements:
        await change(service.database, statement)
    broken = (await verdict(service)).broken
    assert broken
    return broken


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outcome", "NOT_PERMITTED"),
        ("operation", "sendReply"),
        ("facts", "{}"),
        ("actor_id", new_id()),
        ("subject_id", None),
        ("digest", BEGINNING),
    ],
)
async def test_a_changed_entry_is_found(unlocked: Service, column: str, value: Any) -> None:
    """R158: whatever was changed in it, the verification names the first entry that does not hold."""
    changed = sa.update(entries).where(e.seq == 3).values({column: value})
    assert (await tampered(unlocked, changed)).startswith("Entry 3 is not what was written")


async def test_a_missing_entry_is_found(unlocked: Service) -> None:
    """R158: in the middle, also when the places behind it are closed up, and at the end."""
    gone = sa.delete(entries).where(e.seq == 3)
    assert await tampered(unlocked, gone) == "Entry 3 is missing."
    closed = [sa.update(entries).where(e.seq == n).values(seq=n - 1) for n in (4, 5)]
    assert (await tampered(unlocked, *closed)).startswith("Entry 3 is not what was written")


async def test_a_cut_off_end_is_found(unlocked: Service) -> None:
    """R158: the chain knows how far it went."""
    last = sa.delete(entries).where(e.seq >= 4)
    told = await tampered(unlocked, last)
    assert told == "What comes after entry 3 is missing: the chain went on to 5."


async def test_swapped_entries_are_found(unlocked: Service) -> None:
    """R158: two entries that change places no longer follow from what is before them."""
    moves = [(2, 99), (4, 2), (99, 4)]
    swapped = [sa.update(entries).where(e.seq == old).values(seq=new) for old, new in moves]
    assert (await tampered(unlocked, *swapped)).startswith("Entry 2 is not what was written")


async def test_a_forged_entry_is_found(unlocked: Service) -> None:
    """R158: one that was added by hand, with a digest of its own making."""
    row = (await unlocked.database.all(sa.select(entries).where(e.seq == 5)))[0]._asdict()
    forged = {**row, "id": new_id(), "seq": 6, "digest": bytes(32)}
    async with unlocked.database.writing() as connection:
        await connection.execute(sa.insert(entries).values(forged))
    assert (await tampered(unlocked)).startswith("Entry 6 is not what was written")


async def test_an_organization_without_entries_holds(service: Service) -> None:
    assert await verdict(service) == Verdict("Skysail", 0, BEGINNING)
