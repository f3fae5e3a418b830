"""Signs of activity, marks of what was read, and notes that suggest a reply."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)
COLUMNS = (
    ("participant", "active_at", INSTANT),
    ("participant", "idle_warned_at", INSTANT),
    ("participant", "read_at", INSTANT),
    ("internal_note", "topic", CHOICE),
    ("internal_note", "suggested_reply", sa.String()),
)


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    seconds = sa.Column("active_seconds", sa.Integer(), nullable=False, server_default="0")
    op.add_column("participant", seconds)
    op.create_table(
        "suggestion_use",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="suggestion_use_pkey"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["customer_message.id"], name="suggestion_use_message_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["internal_note.id"], name="suggestion_use_note_id_fkey"
        ),
    )
    op.create_index("ix_suggestion_use_note_id", "suggestion_use", ["note_id"])


def downgrade() -> None:
    op.drop_table("suggestion_use")
    op.drop_column("participant", "active_seconds")
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
