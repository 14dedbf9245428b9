"""The journal: what arrived, what became of it, and who did what. One database, SQLite or PostgreSQL, owned by the hub."""
