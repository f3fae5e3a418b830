"""Any change of a guest's level needs an authorisation, not raising it alone."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RENAMED = "UPDATE \"authorization\" SET operation = '{}' WHERE operation = '{}'"


def upgrade() -> None:
    op.execute(RENAMED.format("ADJUST_GUEST", "RAISE_GUEST"))


def downgrade() -> None:
    op.execute(RENAMED.format("RAISE_GUEST", "ADJUST_GUEST"))
