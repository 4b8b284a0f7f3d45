-- When the latest event of each source happened, by its tickets.
INSERT INTO sla.sources AS held (source, last_event_at, position)
SELECT source, sla.at(last_event_us), 0
FROM json_to_recordset(%(rows)s::json) m (source text, last_event_us bigint)
ON CONFLICT (source) DO UPDATE SET last_event_at = excluded.last_event_at
WHERE held.last_event_at IS NULL OR held.last_event_at < excluded.last_event_at
