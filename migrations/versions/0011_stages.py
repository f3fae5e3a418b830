"""Stages of the service in a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
GOING_ON = sa.text("left_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "service_stage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_stage",
        "service_stage",
        ["conversation_id"],
        unique=True,
        postgresql_where=GOING_ON,
        sqlite_where=GOING_ON,
    )
    op.create_index(
        "stage_by_conversation", "service_stage", ["conversation_id", "entered_at", "id"]
    )


def downgrade() -> None:
    op.drop_table("service_stage")
