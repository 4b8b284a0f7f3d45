-- Our outcome beside the source's own verdict, for the timers that count (8.2).
SELECT
    agreement, target, severity,
    count(*) FILTER (WHERE state = 'met' AND source_verdict = 'met') AS both_met,
    count(*) FILTER (WHERE state = 'met' AND source_verdict = 'missed') AS only_we_met,
    count(*) FILTER (WHERE state <> 'met' AND source_verdict = 'met') AS only_source_met,
    count(*) FILTER (WHERE state <> 'met' AND source_verdict = 'missed') AS both_late
FROM sla_v1.timers
WHERE source_verdict IS NOT NULL AND state IN ('met', 'met_late', 'breached')
    AND deadline_at IS NOT NULL
    AND (%(month)s::date IS NULL OR date_trunc('month', deadline_date)::date = %(month)s)
GROUP BY agreement, target, severity
ORDER BY agreement, target, severity;
