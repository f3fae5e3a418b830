"""What mutations answer: the changed objects as they are now, or why nothing changed."""
