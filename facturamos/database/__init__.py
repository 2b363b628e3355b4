"""PostgreSQL as Django speaks with it, and never waiting for a server that has fallen silent."""
