"""What mutations and lists take. Ids are ids of nodes; a text's limit is counted in characters."""
