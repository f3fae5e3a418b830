"""WHAT IS ALLOWED: pure rules, standard library only."""
