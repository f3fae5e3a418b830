"""The GraphQL edge: HTTP and WebSocket."""
