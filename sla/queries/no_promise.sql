-- A plan may be granted that promises nothing: then there is no reason on record, and no timer.
SELECT coalesce(k.no_promise_reason, 'plan ' || k.plan || ' promises nothing') AS reason,
    count(*) AS tickets
FROM sla_v1.tickets k
WHERE NOT k.is_orphan AND (%(source)s::text IS NULL OR k.source = %(source)s)
    AND (k.plan IS NULL OR NOT EXISTS (
        SELECT FROM sla_v1.timers t WHERE t.source = k.source AND t.ticket = k.ticket
    ))
GROUP BY 1 ORDER BY tickets DESC, reason;
