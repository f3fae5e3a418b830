"""WHAT HAPPENS: use cases and reads as plain async functions."""
