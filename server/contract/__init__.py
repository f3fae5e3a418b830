"""The contract with clients: what changed in it, and how what will go is announced."""
