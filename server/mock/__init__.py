"""A stand-in for the service: example data from the schema alone, on the same ways in."""
