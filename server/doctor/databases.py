"""What the databases must be set to, each with a reason. A commit that was acknowledged must be there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.database import Database, first
from server.doctor.findings import Finding, State

NO_STANDBY = (
    "A failover may lose changes that were acknowledged; clients are then told HISTORY_CHANGED. "
    "Name a synchronous standby, as docs/deployment.md says."
)


@dataclass(frozen=True)
class Rule:
    """`good` says which values keep the promise, `otherwise` how bad any other is."""

    name: str
    good: Callable[[str], bool]
    otherwise: State
    advice: str

    def judge(self, value: str) -> Finding:
        state = State.OK if self.good(value) else self.otherwise
        return Finding(
            state, self.name, value or "(empty)", "" if state is State.OK else self.advice
        )


def is_one_of(*values: str) -> Callable[[str], bool]:
    return lambda value: value in values


POSTGRESQL = (
    Rule(
        "synchronous_commit",
        is_one_of("on", "remote_apply"),
        State.WRONG,
        "Acknowledged changes can be lost in a crash: set it to on.",
    ),
    Rule(
        "fsync", is_one_of("on"), State.WRONG, "A crash of the host can destroy it: set it to on."
    ),
    Rule(
        "full_page_writes",
        is_one_of("on"),
        State.WRONG,
        "A crash of the host can leave half a page: set it to on.",
    ),
    Rule(
        "wal_level",
        is_one_of("replica", "logical"),
        State.WARNING,
        "No standby can follow: set it to replica.",
    ),
    Rule("synchronous_standby_names", bool, State.WARNING, NO_STANDBY),
)
SQLITE = (
    Rule("journal_mode", is_one_of("wal"), State.WRONG, "Readers wait for writers: set it to wal."),
    Rule(
        "synchronous",
        is_one_of("2", "3"),
        State.WRONG,
        "The last commits can be lost with the power: set it to FULL.",
    ),
    Rule("foreign_keys", is_one_of("1"), State.WRONG, "Rows can lose what they refer to."),
)


async def settings_of(database: Database) -> Sequence[Finding]:
    if database.is_sqlite:
        return [rule.judge(await _pragma(database, rule.name)) for rule in SQLITE]
    values = await _postgresql(database)
    found = [rule.judge(values[rule.name]) for rule in POSTGRESQL]
    return [*found, await _standbys(database)] if values["synchronous_standby_names"] else found


async def _pragma(database: Database, name: str) -> str:
    async with database.reading.connect() as connection:
        return str((await connection.exec_driver_sql(f"PRAGMA {name}")).scalar())


async def _postgresql(database: Database) -> dict[str, str]:
    name, setting = sa.column("name", sa.String), sa.column("setting", sa.String)
    rows = await database.all(
        sa.select(name, setting)
        .select_from(sa.table("pg_settings"))
        .where(name.in_([rule.name for rule in POSTGRESQL]))
    )
    return {row.name: row.setting for row in rows}


async def _standbys(database: Database) -> Finding:
    """A synchronous standby that is not there makes every commit wait for ever."""
    state = sa.column("sync_state", sa.String)
    standing = sa.select(sa.func.count().label("count")).select_from(
        sa.table("pg_stat_replication")
    )
    row = await first(database, standing.where(state.in_(("sync", "quorum"))))
    if row.count:
        return Finding(State.OK, "synchronous standbys", str(row.count))
    return Finding(
        State.WRONG, "synchronous standbys", "none connected", "Commits wait until one is."
    )
