INSERT INTO sla.dead_letters (
    partition, position, index, event, source, subject, reason, detail, body, refused_at
)
SELECT
    %(partition)s, position, index, event, source, subject, reason, detail, body, sla.at(stamp_us)
FROM json_to_recordset(%(rows)s::json) m (
    position bigint, index integer, event text, source text, subject text, reason text,
    detail text, body text, stamp_us bigint
)
ON CONFLICT (partition, position, index) DO NOTHING
