"""A conversation played through: a real server, real clients, and what each person sees."""
