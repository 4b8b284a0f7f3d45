-- Where the rows come from a cluster the journal is not in this database, and nothing here says how
-- far it is: `sla lag` asks the cluster.
CREATE OR REPLACE VIEW sla_v1.lag AS
SELECT
    j.partition,
    j.position AS journal_position,
    t.position AS tracker_position,
    p.position AS projector_position,
    j.position - t.position AS tracker_records,
    o.records AS projector_records,
    j.position - t.position + o.records AS records,
    coalesce(sla.seconds(sla.wall_us(
        least((
            SELECT sla.at(w.stamp_us) FROM sla.journal w
            WHERE w.partition = j.partition AND w.position = t.position + 1
        ), o.oldest), sla.clock())), 0) AS seconds,
    p.stamped_at AS data_complete_to
FROM sla.journal_head j
JOIN sla.tracker_position t ON t.partition = j.partition
JOIN sla.positions p ON p.partition = j.partition
CROSS JOIN LATERAL (
    SELECT count(*) AS records, min(b.published_at) AS oldest
    FROM sla.outbox b WHERE b.partition = j.partition AND b.position > p.position
) o
WHERE p.resume IS NULL AND NOT EXISTS (SELECT FROM sla.positions q WHERE q.partition > 0);

COMMENT ON VIEW sla_v1.lag IS 'How far the views are behind the journal, one row a partition; none where the rows come from a cluster.';
