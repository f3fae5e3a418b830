"""Reviews of emergencies."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
INDEXES = {
    "ix_emergency_review_organization_id": ["organization_id"],
    "ix_emergency_review_conversation_id": ["conversation_id"],
    "emergency_review_by_department": ["department_id", "raised_at"],
    "emergency_review_by_inviter": ["inviter_id", "raised_at"],
}


def upgrade() -> None:
    op.create_table(
        "emergency_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("inviter_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(32), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (verdict IS NULL) AND (settled_at IS NULL) = (comment IS NULL)"
            " AND (settled_at IS NULL) = (settled_by_id IS NULL)",
            name="emergency_review_settled",
        ),
        sa.CheckConstraint(
            "settled_by_id IS NULL OR settled_by_id <> inviter_id", name="emergency_review_by_another"
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["inviter_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["settled_by_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "emergency_review", columns)


def downgrade() -> None:
    op.drop_table("emergency_review")
