"""How people wanted to be told before."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "past_preference",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("quiet_start", sa.String(), nullable=True),
        sa.Column("quiet_end", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("language", CHOICE, nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "version", name="past_preference_pkey"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="past_preference_agent_id_fkey"),
    )


def downgrade() -> None:
    op.drop_table("past_preference")
