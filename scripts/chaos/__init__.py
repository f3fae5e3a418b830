"""Chaos: servers die, brokers freeze, databases restart and connections break, and nobody misses or sees twice anything."""
