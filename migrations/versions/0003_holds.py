"""Holds: pausing a conversation until a time."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
GOING_ON = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("paused_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("paused_at", INSTANT, nullable=False),
        sa.Column("resumes_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["paused_by_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_hold_conversation_id", "hold", ["conversation_id"])
    op.create_index(
        "one_hold",
        "hold",
        ["conversation_id"],
        unique=True,
        postgresql_where=GOING_ON,
        sqlite_where=GOING_ON,
    )


def downgrade() -> None:
    op.drop_table("hold")
