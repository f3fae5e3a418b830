"""What people do with the service, use case by use case, as its clients do it."""
