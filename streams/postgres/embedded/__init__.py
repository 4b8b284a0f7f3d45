"""Parts of the embedded PostgreSQL: its programs, their rights, a cluster, a postmaster."""
