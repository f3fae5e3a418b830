"""The audit becomes a chain of entries that nobody can change or delete."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)
BEGINNING = bytes(32)
CHAINED = "UPDATE audit_chain SET head = NEW.seq, digest = NEW.digest WHERE organization_id = NEW.organization_id"
REFUSED = "an entry of the audit stays as it is"

SQLITE_TRIGGERS = (
    f"CREATE TRIGGER audit_entry_chained AFTER INSERT ON audit_entry BEGIN {CHAINED}; END",
    f"CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER audit_entry_fixed BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
)
POSTGRESQL_TRIGGERS = (
    f"CREATE FUNCTION audit_entry_chains() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {CHAINED}; RETURN NULL; END $$",
    f"CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$",
    "CREATE TRIGGER audit_entry_chained AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_chains()",
    "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry EXECUTE FUNCTION audit_entry_stays()",
)


def upgrade() -> None:
    earlier = op.get_bind().execute(sa.text("SELECT * FROM audit_entry ORDER BY id")).mappings()
    kept = [dict(row) for row in earlier]
    op.drop_table("audit_entry")
    create_chain()
    create_entries()
    create_triggers()
    chain(kept)


def create_chain() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="audit_chain_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="audit_chain_organization_id_fkey"
        ),
    )


def create_entries() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("actor_kind", CHOICE, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_entry_pkey"),
        sa.UniqueConstraint("organization_id", "seq", name="audit_entry_organization_id_seq_key"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="audit_entry_organization_id_fkey"
        ),
    )
    op.create_index("audit_by_subject", "audit_entry", ["subject_id", "seq"])


def create_triggers() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def chain(kept: list[dict[str, object]]) -> None:
    """Give the entries there are their places, in the order of their ids."""
    heads: dict[object, tuple[int, bytes]] = {}
    for row in kept:
        before, previous = heads.get(row["organization_id"], (0, BEGINNING))
        if not before:
            insert("audit_chain", organization_id=row["organization_id"], head=0, digest=BEGINNING)
        row |= {"seq": before + 1, "subject_kind": None, "facts": "{}"}
        digest = seal(previous, row)
        insert("audit_entry", **row, digest=digest)
        heads[row["organization_id"]] = (before + 1, digest)


def insert(table: str, **values: object) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    op.get_bind().execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)


def seal(previous: bytes, row: dict[str, object]) -> bytes:
    moment = row["occurred_at"]
    if isinstance(moment, float | int):
        moment = datetime.fromtimestamp(moment, UTC)
    assert isinstance(moment, datetime)
    said = [
        *(previous.hex(), row["seq"], uuid_text(row["id"])),
        moment.astimezone(UTC).isoformat(timespec="milliseconds"),
        *(uuid_text(row["organization_id"]), row["actor_kind"], uuid_text(row["actor_id"])),
        *(row["operation"], row["outcome"], None, uuid_text(row["subject_id"]), row["facts"]),
    ]
    return sha256(json.dumps(said).encode()).digest()


def uuid_text(value: object) -> str | None:
    """SQLite keeps 32 digits without dashes."""
    text = str(value).replace("-", "")
    if value is None:
        return None
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def downgrade() -> None:
    op.drop_table("audit_entry")
    op.drop_table("audit_chain")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_entry_chains(), audit_entry_stays()")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("actor_kind", CHOICE, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_entry_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="audit_entry_organization_id_fkey"
        ),
    )
    op.create_index("audit_by_organization", "audit_entry", ["organization_id", "id"])
