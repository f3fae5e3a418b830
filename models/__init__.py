"""WHAT IS TRUE: tables, constraints, who sees which row, and the unit of work."""
