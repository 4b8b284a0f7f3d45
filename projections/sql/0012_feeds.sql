-- How far we are: sources, positions, and what the embedded journal holds beyond them.
CREATE VIEW sla_v1.sources AS
SELECT
    s.source,
    s.watermark_at,
    s.last_event_at,
    sla.seconds(sla.wall_us(greatest(s.watermark_at, s.last_event_at), sla.clock())) AS silence_s,
    greatest(s.watermark_at, s.last_event_at) < sla.clock() - interval '30 seconds' AS is_silent,
    s.importing_until IS NOT NULL AS is_importing,
    s.importing_until,
    s.position,
    s.watermark_at AS data_complete_to
FROM sla.sources s;

COMMENT ON VIEW sla_v1.sources IS 'The helpdesks heard of, and how far each has spoken (7.4).';
COMMENT ON COLUMN sla_v1.sources.source IS 'The helpdesk.';
COMMENT ON COLUMN sla_v1.sources.watermark_at IS 'Everything it said up to here is in: the least over its inputs; null: it has not said.';
COMMENT ON COLUMN sla_v1.sources.last_event_at IS 'When the latest event heard of it happened, by the source.';
COMMENT ON COLUMN sla_v1.sources.silence_s IS 'Seconds from the later of the two to now.';
COMMENT ON COLUMN sla_v1.sources.is_silent IS 'Silent for more than 30 s: what it has not said may hide a breach or excuse one.';
COMMENT ON COLUMN sla_v1.sources.is_importing IS 'An import of it runs: its tickets are judged no further than importing_until (7.5).';
COMMENT ON COLUMN sla_v1.sources.importing_until IS 'Up to when the log being imported is whole.';
COMMENT ON COLUMN sla_v1.sources.position IS 'Journal position of the last word on it.';
COMMENT ON COLUMN sla_v1.sources.data_complete_to IS 'The same as watermark_at.';

CREATE VIEW sla_v1.positions AS
SELECT partition, position, stamped_at, published_at, projected_at FROM sla.positions;

COMMENT ON VIEW sla_v1.positions IS 'How far each partition of the journal is projected into these views.';
COMMENT ON COLUMN sla_v1.positions.partition IS 'The partition.';
COMMENT ON COLUMN sla_v1.positions.position IS 'The last journal position of which the outcomes are in.';
COMMENT ON COLUMN sla_v1.positions.stamped_at IS 'That record''s stamp: the partition''s time as these views have it.';
COMMENT ON COLUMN sla_v1.positions.published_at IS 'When its outcomes left the tracker.';
COMMENT ON COLUMN sla_v1.positions.projected_at IS 'When they came into these views.';

CREATE VIEW sla_v1.completeness AS
SELECT
    (SELECT min(p.stamped_at) FROM sla.positions p) AS projected_to,
    CASE WHEN count(*) = count(s.watermark_at) THEN min(s.watermark_at) END AS data_complete_to,
    count(*) AS sources,
    count(*) FILTER (WHERE s.watermark_at IS NULL) AS sources_without_watermark,
    count(*) FILTER (WHERE s.importing_until IS NOT NULL) AS sources_importing
FROM sla.sources s;

COMMENT ON VIEW sla_v1.completeness IS 'One row: up to when the data is complete over all sources.';
COMMENT ON COLUMN sla_v1.completeness.projected_to IS 'The journal''s time up to which outcomes are in these views; the least over the partitions.';
COMMENT ON COLUMN sla_v1.completeness.data_complete_to IS 'Everything that every source said up to here is in (7.4); null: a source has not said, or there is none.';
COMMENT ON COLUMN sla_v1.completeness.sources IS 'How many sources there are.';
COMMENT ON COLUMN sla_v1.completeness.sources_without_watermark IS 'How many have never said how far they are.';
COMMENT ON COLUMN sla_v1.completeness.sources_importing IS 'Of how many an import runs.';
