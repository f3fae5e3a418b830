"""Object types, one file a noun. Their values are the views of resolvers/reads."""
