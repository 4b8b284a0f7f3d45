SELECT no_promise_reason AS reason, count(*) AS tickets
FROM sla_v1.tickets
WHERE NOT is_orphan AND plan IS NULL AND (%(source)s::text IS NULL OR source = %(source)s)
GROUP BY no_promise_reason ORDER BY tickets DESC, reason;
