"""Which part came of an invitation, found without looking at all parts."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_participant_invitation_id", "participant", ["invitation_id"])


def downgrade() -> None:
    op.drop_index("ix_participant_invitation_id", "participant")
