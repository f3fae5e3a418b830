"""The whole policy of an organization, its version and its history."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)

# What organizations that have set something already get of the new settings.
NUMBERS = {
    "version": 1,
    "collaborations_per_organization": 500,
    "approval_validity_seconds": 300,
    "longest_deferral_seconds": 300,
    "reminder_seconds": 30,
    "deputies_after_seconds": 60,
    "invitations_per_inviter_per_minute": 10,
    "invitations_per_invitee_per_minute": 5,
    "emergencies_per_inviter_per_hour": 3,
    "authorization_validity_seconds": 120,
    "idle_warning_seconds": 600,
    "idle_removal_seconds": 900,
    "primary_unresponsive_seconds": 180,
    "invitation_answer_target_seconds": 30,
    "decision_target_seconds": 120,
    "customer_reply_target_seconds": 300,
    "collaboration_target_seconds": 1800,
    "presence_lease_seconds": 30,
    "heartbeat_seconds": 10,
    "skill_weight": 40,
    "history_weight": 30,
    "load_weight": 20,
    "availability_weight": 10,
    "event_retention_days": 30,
}


def upgrade() -> None:
    op.execute("ALTER TABLE policy RENAME COLUMN inviting_roles TO roles_that_may_invite")
    for name, default in NUMBERS.items():
        op.add_column(
            "policy", sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))
        )
    op.add_column(
        "policy",
        sa.Column("discuss_first", CHOICE, nullable=False, server_default="IMPORTANT_ONLY"),
    )
    op.create_table(
        "policy_change",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("settings", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "version", name="policy_change_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="policy_change_organization_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["agent.id"], name="policy_change_changed_by_id_fkey"
        ),
    )


def downgrade() -> None:
    op.drop_table("policy_change")
    for name in ("discuss_first", *NUMBERS):
        op.drop_column("policy", name)
    op.execute("ALTER TABLE policy RENAME COLUMN roles_that_may_invite TO inviting_roles")
