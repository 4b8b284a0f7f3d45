SELECT
    month, agreement, target,
    CASE WHEN %(by_plan)s THEN plan END AS plan,
    CASE WHEN %(by_severity)s THEN severity END AS severity,
    sum(numerator)::bigint AS numerator,
    sum(denominator)::bigint AS denominator,
    round(sum(numerator) / nullif(sum(denominator), 0), 6) AS share,
    sum(met_late)::bigint AS met_late,
    sum(breached_open)::bigint AS breached_open,
    sum(breached_ended)::bigint AS breached_ended,
    sum(running)::bigint AS running,
    sum(paused)::bigint AS paused,
    sum(superseded)::bigint AS superseded,
    sum(void)::bigint AS void,
    sum(open_ended)::bigint AS open_ended,
    CASE WHEN count(*) = count(data_complete_to) THEN min(data_complete_to) END AS data_complete_to
FROM sla_v1.attainment
WHERE %(month)s::date IS NULL OR month = %(month)s
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4 NULLS FIRST, 5 NULLS FIRST;
