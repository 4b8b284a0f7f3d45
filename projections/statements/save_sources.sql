-- What sources said of themselves.
INSERT INTO sla.sources AS held (source, watermark_at, last_event_at, importing_until, position)
SELECT
    source, sla.at(watermark_us), sla.at(last_event_us), sla.at(importing_until_us), position
FROM json_to_recordset(%(rows)s::json) m (
    source text, watermark_us bigint, last_event_us bigint, importing_until_us bigint,
    position bigint
)
ON CONFLICT (source) DO UPDATE SET
    watermark_at = excluded.watermark_at,
    last_event_at = greatest(held.last_event_at, excluded.last_event_at),
    importing_until = excluded.importing_until,
    position = excluded.position
WHERE held.position < excluded.position
