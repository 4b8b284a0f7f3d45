-- Running timers whose deadline is beyond the years of their calendar, by calendar (2.7).
SELECT
    calendar,
    calendar_known_to,
    reporting_zone,
    count(*) AS timers,
    min(source || ' ' || ticket) AS example
FROM sla_v1.unknown_deadlines
WHERE %(source)s::text IS NULL OR source = %(source)s
GROUP BY calendar, calendar_known_to, reporting_zone
ORDER BY timers DESC, calendar;
