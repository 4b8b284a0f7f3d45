-- By the timers, which know their agreement's zone.
SELECT
    source, ticket, timer, target, plan, severity, account, team_now AS team, agent_now AS agent,
    at_risk_at, deadline_at, budget_s, spent_s, left_s, left_wall_s, spent_pct, reporting_zone,
    data_complete_to
FROM sla_v1.timers
WHERE is_at_risk AND (%(source)s::text IS NULL OR source = %(source)s)
ORDER BY deadline_at NULLS LAST, source, ticket, timer;
