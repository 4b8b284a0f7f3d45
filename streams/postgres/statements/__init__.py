"""Named SQL statements."""
