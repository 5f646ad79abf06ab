"""A knowledge graph of migration documents, and the server that answers questions about it."""
