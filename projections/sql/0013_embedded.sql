-- Where journal and read models share a database: what has not come through yet, and what the
-- door refused. These views read tables of the tracker.
CREATE VIEW sla_v1.lag AS
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
) o;

COMMENT ON VIEW sla_v1.lag IS 'How far the views are behind the journal, one row a partition.';
COMMENT ON COLUMN sla_v1.lag.partition IS 'The partition.';
COMMENT ON COLUMN sla_v1.lag.journal_position IS 'The last record in the journal.';
COMMENT ON COLUMN sla_v1.lag.tracker_position IS 'The last record judged.';
COMMENT ON COLUMN sla_v1.lag.projector_position IS 'The last record with outcomes that is in these views.';
COMMENT ON COLUMN sla_v1.lag.tracker_records IS 'Records not yet judged.';
COMMENT ON COLUMN sla_v1.lag.projector_records IS 'Records judged of which the outcomes are not yet in these views.';
COMMENT ON COLUMN sla_v1.lag.records IS 'The sum of both.';
COMMENT ON COLUMN sla_v1.lag.seconds IS 'Seconds for which the oldest of them has waited; 0 when there is none.';
COMMENT ON COLUMN sla_v1.lag.data_complete_to IS 'The journal''s time as these views have it.';

CREATE VIEW sla_v1.dead_letters AS
SELECT
    d.refused_at, 'tracker' AS refused_by, d.source, d.subject, d.event, d.reason, d.detail, d.body,
    d.partition, d.position, d.index, NULL::bigint AS door_id
FROM sla.dead_letters d
UNION ALL
SELECT
    r.refused_at, 'door', r.source, r.subject, r.event, r.reason, r.detail, r.body,
    NULL, NULL, NULL, r.id
FROM sla.door_refusals r;

COMMENT ON VIEW sla_v1.dead_letters IS 'Everything that was refused, with its reason; nothing refused has changed anything.';
COMMENT ON COLUMN sla_v1.dead_letters.refused_at IS 'When it was refused.';
COMMENT ON COLUMN sla_v1.dead_letters.refused_by IS 'door: it could not become an event; tracker: it could not be taken into a history.';
COMMENT ON COLUMN sla_v1.dead_letters.source IS 'The helpdesk that sent it, where it could be read.';
COMMENT ON COLUMN sla_v1.dead_letters.subject IS 'The ticket or other thing it speaks of, where it could be read.';
COMMENT ON COLUMN sla_v1.dead_letters.event IS 'Its id, where it could be read.';
COMMENT ON COLUMN sla_v1.dead_letters.reason IS 'Why, in one word: conflicting_duplicate, from_the_future, orphan, ...';
COMMENT ON COLUMN sla_v1.dead_letters.detail IS 'What is wrong, and what to do.';
COMMENT ON COLUMN sla_v1.dead_letters.body IS 'What was refused.';
COMMENT ON COLUMN sla_v1.dead_letters.partition IS 'Partition of the journal; null at the door.';
COMMENT ON COLUMN sla_v1.dead_letters.position IS 'Journal position of the record that held it; null at the door.';
COMMENT ON COLUMN sla_v1.dead_letters.index IS 'Its place among what followed from that record; null at the door.';
COMMENT ON COLUMN sla_v1.dead_letters.door_id IS 'Its number at the door; null elsewhere.';
