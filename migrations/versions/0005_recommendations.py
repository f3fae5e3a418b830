"""Topics and keywords of skills, and what came of collaborations on them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("skill", sa.Column("topic", sa.String(), nullable=True))
    op.create_table(
        "skill_keyword",
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("keyword", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("skill_id", "keyword", name="skill_keyword_pkey"),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name="skill_keyword_skill_id_fkey"),
    )
    op.create_table(
        "track_record",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", "skill_id", name="track_record_pkey"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="track_record_agent_id_fkey"),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name="track_record_skill_id_fkey"),
        sa.CheckConstraint("solved >= 0 AND solved <= tried", name="track_record_counted"),
    )
    op.create_index("ix_track_record_skill_id", "track_record", ["skill_id"])


def downgrade() -> None:
    op.drop_table("track_record")
    op.drop_table("skill_keyword")
    op.drop_column("skill", "topic")
