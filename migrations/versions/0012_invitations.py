"""Invitations in groups, with approval, emergency, deferral and deputies; collaborations counted per organization."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
TEXTS = ("rejection_reason", "emergency_reason")
INSTANTS = ("pending_at", "deferred_until")
REFERENCES = {"approval_department_id": "department", "decided_by_id": "agent"}
INDEXES = {
    "invitation_of_group": ["group_id"],
    "invitation_for_approval": ["approval_department_id", "id"],
    "invitation_lately_received": ["invitee_id", "sent_at"],
    "invitation_lately_sent": ["inviter_id", "sent_at"],
}
ONGOING = """
    SELECT count(*) FROM collaboration JOIN conversation ON conversation.id = collaboration.conversation_id
    WHERE collaboration.ended_at IS NULL AND conversation.organization_id = organization.id
"""


def upgrade() -> None:
    rights = sa.Column("granted_rights", sa.String(200), nullable=False, server_default="")
    op.add_column("agent", rights)
    op.execute(
        "ALTER TABLE organization ADD COLUMN collaborations INTEGER NOT NULL DEFAULT 0"
        " CONSTRAINT organization_collaborations_counted CHECK (collaborations >= 0)"
    )
    op.execute(f"UPDATE organization SET collaborations = ({ONGOING})")
    extend_invitations()
    op.create_table(
        "invitation_deputy",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "place", name="invitation_deputy_pkey"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="invitation_deputy_agent_id_fkey"),
    )


def extend_invitations() -> None:
    uuid = sa.Uuid().compile(op.get_bind().dialect)
    nil = "00000000-0000-0000-0000-000000000000"
    op.execute(f"ALTER TABLE invitation ADD COLUMN group_id {uuid} NOT NULL DEFAULT '{nil}'")
    for name, table in REFERENCES.items():
        op.execute(
            f"ALTER TABLE invitation ADD COLUMN {name} {uuid}"
            f" CONSTRAINT invitation_{name}_fkey REFERENCES {table} (id)"
        )
    for name in INSTANTS:
        op.add_column("invitation", sa.Column(name, INSTANT, nullable=True))
    for name in TEXTS:
        op.add_column("invitation", sa.Column(name, sa.String(), nullable=True))
    op.execute("UPDATE invitation SET group_id = id, pending_at = sent_at")
    for name, columns in INDEXES.items():
        op.create_index(name, "invitation", columns)


def downgrade() -> None:
    op.drop_table("invitation_deputy")
    for name in INDEXES:
        op.drop_index(name, table_name="invitation")
    for name in (*TEXTS, *INSTANTS, *REFERENCES, "group_id"):
        op.execute(f"ALTER TABLE invitation DROP COLUMN {name}")
    op.execute("ALTER TABLE organization DROP COLUMN collaborations")
    op.execute("ALTER TABLE agent DROP COLUMN granted_rights")
