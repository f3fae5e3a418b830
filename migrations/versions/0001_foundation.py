"""The foundation: organizations, agents, conversations, invitations, messages and the log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")
CHOICE = sa.String(32)
CHOICES = sa.String(200)

TABLES = (
    "organization",
    "department",
    "policy",
    "agent",
    "department_supervisor",
    "lease",
    "skill",
    "agent_skill",
    "integration",
    "customer",
    "conversation",
    "collaboration",
    "invitation",
    "participant",
    "customer_message",
    "internal_note",
    "stream",
    "event",
    "idempotency",
    "deadline",
    "audit_entry",
)


def upgrade() -> None:
    create_organizations()
    create_agents()
    create_conversations()
    create_invitations()
    create_messages()
    create_log()


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def create_organizations() -> None:
    op.create_table(
        "organization",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("service_name", sa.String(), nullable=False),
        sa.Column("service_avatar_url", sa.String(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="organization_pkey"),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="department_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="department_organization_id_fkey"
        ),
        sa.UniqueConstraint("organization_id", "slug", name="department_organization_id_slug_key"),
    )
    op.create_table(
        "policy",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("standard_limit", sa.Integer(), nullable=False),
        sa.Column("vip_limit", sa.Integer(), nullable=False),
        sa.Column("urgent_limit", sa.Integer(), nullable=False),
        sa.Column("complaint_limit", sa.Integer(), nullable=False),
        sa.Column("collaborations_per_agent", sa.Integer(), nullable=False),
        sa.Column("invitation_validity_seconds", sa.Integer(), nullable=False),
        sa.Column("inviting_roles", CHOICES, nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="policy_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="policy_organization_id_fkey"
        ),
    )


def create_agents() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("role", CHOICE, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("stated_presence", CHOICE, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=True),
        sa.Column("collaborations", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="agent_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="agent_organization_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name="agent_department_id_fkey"
        ),
        sa.UniqueConstraint("organization_id", "key", name="agent_organization_id_key_key"),
        sa.CheckConstraint("collaborations >= 0", name="agent_collaborations_counted"),
    )
    op.create_index("ix_agent_department_id", "agent", ["department_id"])
    op.create_table(
        "department_supervisor",
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("department_id", "agent_id", name="department_supervisor_pkey"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name="department_supervisor_department_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="department_supervisor_agent_id_fkey"
        ),
    )
    op.create_index("ix_department_supervisor_agent_id", "department_supervisor", ["agent_id"])
    op.create_table(
        "lease",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "connection_id", name="lease_pkey"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="lease_agent_id_fkey"),
    )
    op.create_table(
        "skill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="skill_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="skill_organization_id_fkey"
        ),
        sa.UniqueConstraint("organization_id", "slug", name="skill_organization_id_slug_key"),
    )
    op.create_table(
        "agent_skill",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "skill_id", name="agent_skill_pkey"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="agent_skill_agent_id_fkey"),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name="agent_skill_skill_id_fkey"),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="agent_skill_level"),
    )
    op.create_index("ix_agent_skill_skill_id", "agent_skill", ["skill_id"])
    op.create_table(
        "integration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="integration_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="integration_organization_id_fkey"
        ),
        sa.UniqueConstraint("organization_id", "key", name="integration_organization_id_key_key"),
    )


def create_conversations() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("tier", CHOICE, nullable=False),
        sa.Column("churn_risk", sa.Boolean(), nullable=False),
        sa.Column("opportunity", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="customer_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="customer_organization_id_fkey"
        ),
        sa.UniqueConstraint(
            "organization_id", "external_id", name="customer_organization_id_external_id_key"
        ),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("status", CHOICE, nullable=False),
        sa.Column("classes", CHOICES, nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("seat_limit", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="conversation_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="conversation_organization_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="conversation_customer_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name="conversation_department_id_fkey"
        ),
        sa.CheckConstraint(
            "(status = 'CLOSED') = (closed_at IS NOT NULL)", name="conversation_closed"
        ),
        sa.CheckConstraint(
            "seats_taken >= 0 AND seats_taken <= seat_limit", name="conversation_seats"
        ),
    )
    op.create_index("conversation_by_department", "conversation", ["department_id", "opened_at"])
    op.create_index("ix_conversation_customer_id", "conversation", ["customer_id"])
    op.create_table(
        "collaboration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", CHOICE, nullable=True),
        sa.PrimaryKeyConstraint("id", name="collaboration_pkey"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="collaboration_conversation_id_fkey"
        ),
    )
    op.create_index("ix_collaboration_conversation_id", "collaboration", ["conversation_id"])
    op.create_index(
        "one_open_collaboration",
        "collaboration",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def create_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("inviter_id", sa.Uuid(), nullable=False),
        sa.Column("invitee_id", sa.Uuid(), nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("type", CHOICE, nullable=False),
        sa.Column("role", CHOICE, nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("background", sa.String(), nullable=True),
        sa.Column("special_notes", sa.String(), nullable=True),
        sa.Column("status", CHOICE, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("decline_reason", CHOICE, nullable=True),
        sa.Column("decline_comment", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="invitation_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="invitation_organization_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="invitation_conversation_id_fkey"
        ),
        sa.ForeignKeyConstraint(["inviter_id"], ["agent.id"], name="invitation_inviter_id_fkey"),
        sa.ForeignKeyConstraint(["invitee_id"], ["agent.id"], name="invitation_invitee_id_fkey"),
        sa.CheckConstraint(
            "(status IN ('AWAITING_APPROVAL', 'PENDING')) = (ended_at IS NULL)",
            name="invitation_ended",
        ),
        sa.CheckConstraint("level < 5", name="invitation_level"),
        sa.CheckConstraint("inviter_id <> invitee_id", name="invitation_of_another"),
    )
    op.create_index("invitation_received", "invitation", ["invitee_id", "id"])
    op.create_index("invitation_sent", "invitation", ["inviter_id", "id"])
    op.create_index("ix_invitation_conversation_id", "invitation", ["conversation_id"])
    op.create_index(
        "one_open_invitation",
        "invitation",
        ["conversation_id", "invitee_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('AWAITING_APPROVAL', 'PENDING')"),
        sqlite_where=sa.text("status IN ('AWAITING_APPROVAL', 'PENDING')"),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("collaboration_id", sa.Uuid(), nullable=True),
        sa.Column("role", CHOICE, nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("base_level", sa.SmallInteger(), nullable=True),
        sa.Column("level_until", INSTANT, nullable=True),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("leave_reason", CHOICE, nullable=True),
        sa.PrimaryKeyConstraint("id", name="participant_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="participant_organization_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="participant_conversation_id_fkey"
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="participant_agent_id_fkey"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="participant_invitation_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaboration.id"], name="participant_collaboration_id_fkey"
        ),
        sa.CheckConstraint("(level = 5) = (role = 'PRIMARY')", name="participant_full_is_primary"),
        sa.CheckConstraint(
            "(left_at IS NULL) = (leave_reason IS NULL)", name="participant_left_for_a_reason"
        ),
        sa.CheckConstraint(
            "(level_until IS NULL) = (base_level IS NULL)", name="participant_level_returns"
        ),
    )
    op.create_index("ix_participant_agent_id", "participant", ["agent_id"])
    op.create_index("ix_participant_collaboration_id", "participant", ["collaboration_id"])
    op.create_index("ix_participant_conversation_id", "participant", ["conversation_id"])
    op.create_index(
        "one_participation",
        "participant",
        ["conversation_id", "agent_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
        sqlite_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "one_primary",
        "participant",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL AND role = 'PRIMARY'"),
        sqlite_where=sa.text("left_at IS NULL AND role = 'PRIMARY'"),
    )


def create_messages() -> None:
    op.create_table(
        "customer_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("author", CHOICE, nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="customer_message_pkey"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="customer_message_conversation_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["agent.id"], name="customer_message_sent_by_id_fkey"
        ),
        sa.CheckConstraint(
            "(author = 'SERVICE') = (sent_by_id IS NOT NULL)", name="customer_message_author"
        ),
    )
    op.create_index(
        "message_by_conversation", "customer_message", ["conversation_id", "sent_at", "id"]
    )
    op.create_table(
        "internal_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("about_message_id", sa.Uuid(), nullable=True),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="internal_note_pkey"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="internal_note_conversation_id_fkey"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], name="internal_note_author_id_fkey"),
        sa.ForeignKeyConstraint(
            ["about_message_id"],
            ["customer_message.id"],
            name="internal_note_about_message_id_fkey",
        ),
    )
    op.create_index("note_by_conversation", "internal_note", ["conversation_id", "posted_at", "id"])


def create_log() -> None:
    op.create_table(
        "stream",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("pruned", sa.BigInteger(), nullable=False),
        sa.Column("pruned_digest", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="stream_pkey"),
        sa.UniqueConstraint("kind", "owner_id", name="stream_kind_owner_id_key"),
        sa.CheckConstraint("pruned >= 0 AND pruned <= head", name="stream_order"),
    )
    op.create_table(
        "event",
        sa.Column("stream_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("actor_kind", CHOICE, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "seq", name="event_pkey"),
        sa.ForeignKeyConstraint(["stream_id"], ["stream.id"], name="event_stream_id_fkey"),
    )
    op.create_table(
        "idempotency",
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "operation", "key", name="idempotency_pkey"),
    )
    op.create_table(
        "deadline",
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name="deadline_pkey"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="deadline_conversation_id_fkey"
        ),
    )
    op.create_index("deadline_due", "deadline", ["due_at"])
    op.create_index("deadline_of_conversation", "deadline", ["conversation_id", "due_at"])
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("actor_kind", CHOICE, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_entry_pkey"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="audit_entry_organization_id_fkey"
        ),
    )
    op.create_index("audit_by_organization", "audit_entry", ["organization_id", "id"])
