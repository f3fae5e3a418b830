"""WHO HEARS OF IT: the event log's readers, the wake-up line, streams."""
