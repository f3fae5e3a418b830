"""What others make of the same tables: two Python servers and two of Node, each in the way its documentation shows."""
