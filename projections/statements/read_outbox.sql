-- The first record in any case, then as many as stay within the bytes.
SELECT partition, position, stamp_us, published_us, messages
FROM (
    SELECT
        partition, position, stamp_us, messages,
        sla.wall_us(timestamptz 'epoch', published_at) AS published_us,
        sum(length(messages)) OVER (ORDER BY position) - length(messages) AS before
    FROM (
        SELECT * FROM sla.outbox
        WHERE partition = %(partition)s AND position > %(after)s
        ORDER BY position LIMIT %(limit)s
    ) next
) counted
WHERE before < %(bytes)s
ORDER BY position
