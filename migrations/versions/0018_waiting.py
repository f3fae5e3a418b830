"""For which question of the customer the target for a reply was missed already."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Double(), "sqlite")


def upgrade() -> None:
    op.add_column("conversation", sa.Column("target_missed_for", INSTANT, nullable=True))


def downgrade() -> None:
    op.drop_column("conversation", "target_missed_for")
