"""SQLite's INSERT OR REPLACE takes no entry of the audit away: it deletes without asking the triggers that refuse that."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

THERE = """EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id OR rowid = NEW.rowid
    OR organization_id = NEW.organization_id AND seq = NEW.seq)"""
REFUSED = "an entry of the audit stays as it is"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER audit_entry_unreplaced BEFORE INSERT ON audit_entry WHEN {THERE}"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_unreplaced")
