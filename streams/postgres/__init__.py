"""Journal and Store on PostgreSQL, and the embedded server."""
