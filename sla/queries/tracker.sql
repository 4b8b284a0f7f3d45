-- Whether a tracker holds the partition of this database.
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %(lock)s
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
) AS at_work
