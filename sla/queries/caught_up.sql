-- The last record of the journal, how many wait to be judged, and whether a tracker is at work.
SELECT
    h.position, h.position - t.position AS behind,
    EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %(lock)s
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS at_work
FROM sla.journal_head h JOIN sla.tracker_position t ON t.partition = h.partition
WHERE h.partition = 0;
