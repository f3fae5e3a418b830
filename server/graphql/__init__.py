"""The GraphQL edge: one way into the schema, reached by HTTP, server-sent events and WebSocket."""
