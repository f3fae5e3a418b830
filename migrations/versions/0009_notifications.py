"""How people want to be told, and where an invitation has reached its invitee."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "notification_preference",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("quiet_start", sa.String(), nullable=True),
        sa.Column("quiet_end", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("language", CHOICE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name="notification_preference_pkey"),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="notification_preference_agent_id_fkey"
        ),
    )
    op.create_table(
        "delivery",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("delivered_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("invitation_id", "device", name="delivery_pkey"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="delivery_invitation_id_fkey"
        ),
    )


def downgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("notification_preference")
