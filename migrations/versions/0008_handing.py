"""Offers of the primary role, and delegations of it for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)
PENDING = sa.text("status = 'PENDING'")
GOING_ON = sa.text("ended_at IS NULL")


def upgrade() -> None:
    create_offers()
    create_delegations()


def downgrade() -> None:
    op.drop_table("delegation")
    op.drop_table("primary_offer")


def create_offers() -> None:
    op.create_table(
        "primary_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("stay_as", CHOICE, nullable=False),
        sa.Column("status", CHOICE, nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("(status = 'PENDING') = (ended_at IS NULL)", name="primary_offer_ended"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["offered_by_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_primary_offer_conversation_id", "primary_offer", ["conversation_id"])
    op.create_index(
        "one_primary_offer",
        "primary_offer",
        ["conversation_id"],
        unique=True,
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )


def create_delegations() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("role", CHOICE, nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ending", CHOICE, nullable=True),
        sa.CheckConstraint("principal_id <> delegate_id", name="delegation_to_another"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL)", name="delegation_ended_for_a_reason"
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["principal_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["delegate_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delegation_conversation_id", "delegation", ["conversation_id"])
    op.create_index(
        "one_delegation",
        "delegation",
        ["conversation_id"],
        unique=True,
        postgresql_where=GOING_ON,
        sqlite_where=GOING_ON,
    )
