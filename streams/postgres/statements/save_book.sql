INSERT INTO sla.book_entries (partition, key, entry) VALUES (0, %(key)s, %(entry)s)
ON CONFLICT (partition, key) DO UPDATE SET entry = excluded.entry
