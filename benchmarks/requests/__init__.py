"""Queries and mutations over HTTP: ours, a floor written by hand, and what others make of the same tables."""
