SELECT
    target,
    count(*) FILTER (WHERE state = 'running') AS running,
    count(*) FILTER (WHERE state = 'paused') AS paused,
    count(*) FILTER (WHERE state = 'breached' AND is_open) AS breached_open,
    count(*) FILTER (WHERE state = 'breached' AND NOT is_open) AS breached_ended,
    count(*) FILTER (WHERE state = 'met_late') AS met_late,
    count(*) FILTER (WHERE state = 'met') AS met,
    count(*) FILTER (WHERE state = 'superseded') AS superseded,
    count(*) FILTER (WHERE state = 'void') AS void,
    count(*) FILTER (WHERE is_at_risk) AS at_risk,
    count(*) FILTER (
        WHERE state = 'running' AND deadline_at <= %(now)s + interval '15 minutes'
    ) AS due_in_15_min,
    count(*) FILTER (
        WHERE state = 'running' AND deadline_at <= %(now)s + interval '1 hour'
    ) AS due_in_1_h,
    count(*) FILTER (
        WHERE state = 'running'
            AND deadline_date = (%(now)s AT TIME ZONE coalesce(reporting_zone, 'UTC'))::date
    ) AS due_today
FROM sla_v1.timers
WHERE %(source)s::text IS NULL OR source = %(source)s
GROUP BY target ORDER BY target;
