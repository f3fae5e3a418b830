"""Authorisations of sensitive operations."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)
STILL_OPEN = sa.text("status IN ('PENDING', 'APPROVED')")


def upgrade() -> None:
    op.create_table(
        "authorization",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column("operation", CHOICE, nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("status", CHOICE, nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requester_id",
            name="authorization_by_another",
        ),
        sa.CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL)", name="authorization_decided"
        ),
        sa.CheckConstraint(
            "status NOT IN ('APPROVED', 'DENIED', 'USED') OR decided_at IS NOT NULL",
            name="authorization_approved_by_somebody",
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["requester_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    create_indexes()


def create_indexes() -> None:
    op.create_index("ix_authorization_organization_id", "authorization", ["organization_id"])
    op.create_index("ix_authorization_conversation_id", "authorization", ["conversation_id"])
    op.create_index(
        "authorization_by_department", "authorization", ["department_id", "requested_at"]
    )
    op.create_index(
        "one_open_authorization",
        "authorization",
        ["requester_id", "operation", "target_id"],
        unique=True,
        postgresql_where=STILL_OPEN,
        sqlite_where=STILL_OPEN,
    )


def downgrade() -> None:
    op.drop_table("authorization")
