"""How long events are kept: an event goes when it is both old and far behind the newest one."""

MOST_DAYS = 3650  # a policy says how many: 30 unless it is changed
KEPT_EVENTS = 10_000  # of each stream, however old they are
BATCH = 1_000  # what one transaction forgets
