"""The demo: two invented organizations, their people, and conversations as they could have been."""
