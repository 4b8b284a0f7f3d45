SELECT
    CASE WHEN door_id IS NOT NULL THEN 'd' || door_id
        ELSE 't' || partition || '.' || position || '.' || index END AS id,
    refused_at, refused_by, reason, source, subject, event, detail, body, position
FROM sla_v1.dead_letters
WHERE (%(reason)s::text IS NULL OR reason = %(reason)s)
    AND (%(source)s::text IS NULL OR source = %(source)s)
ORDER BY refused_at, door_id, partition, position, index;
