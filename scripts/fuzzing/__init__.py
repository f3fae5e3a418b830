"""Generated documents that ask for what really exists."""
