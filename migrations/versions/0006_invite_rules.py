"""Rules of an organization: when to invite whom."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHOICE = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "invite_rule",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("tier", CHOICE, nullable=True),
        sa.Column("churn_risk", sa.Boolean(), nullable=False),
        sa.Column("opportunity", sa.Boolean(), nullable=False),
        sa.Column("conversation_class", CHOICE, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("wanted_topic", sa.String(), nullable=True),
        sa.Column("wanted_role", CHOICE, nullable=True),
        sa.Column("least_level", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("role", CHOICE, nullable=False),
        sa.Column("type", CHOICE, nullable=False),
        sa.Column("urgency", CHOICE, nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "slug", name="invite_rule_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="invite_rule_organization_id_fkey"
        ),
        sa.CheckConstraint("least_level BETWEEN 1 AND 5", name="invite_rule_level"),
        sa.CheckConstraint("people BETWEEN 1 AND 5", name="invite_rule_people"),
    )


def downgrade() -> None:
    op.drop_table("invite_rule")
