"""The database's history: revisions that mean the same on SQLite and PostgreSQL."""
