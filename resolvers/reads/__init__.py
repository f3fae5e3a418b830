"""Reads: selected columns into small frozen views, by the asker's right."""
