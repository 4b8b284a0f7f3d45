SELECT * FROM sla_v1.timers
WHERE source = %(source)s AND ticket = %(ticket)s
    AND (%(timer)s::text IS NULL OR timer = %(timer)s OR target = %(timer)s)
ORDER BY target, cycle, started_at, timer;
