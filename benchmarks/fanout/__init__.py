"""One event to many subscribers of one process: ours, a raw loop that writes the same bytes, and stock strawberry."""
