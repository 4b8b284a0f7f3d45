-- A timer as it stands at the session's clock: what grows by itself is worked out here.
CREATE VIEW sla.timers_now AS
SELECT
    t.*,
    coalesce(t.ended_at, sla.clock()) AS until_at,
    CASE
        WHEN t.running_since IS NULL THEN t.spent_us
        ELSE t.spent_us + coalesce(sla.open_us(t.calendar, t.running_since, sla.clock()), 0) - (
            -- What is excluded of the run that lasts (4.9) is no time spent.
            SELECT coalesce(sum(sla.open_us(
                t.calendar,
                greatest(t.running_since, sla.at((s.stretch ->> 0)::bigint)),
                least(sla.clock(), sla.at((s.stretch ->> 1)::bigint))
            )), 0)::bigint
            FROM jsonb_array_elements(t.stretches) s (stretch)
            WHERE s.stretch ->> 2 = 'excluded'
        )
    END AS spent_now_us,
    t.budget_us IS NULL AND t.deadline_at IS NULL AND t.state IN ('running', 'paused', 'met')
        AS is_open_ended
FROM sla.timers t;

CREATE VIEW sla_v1.timers AS
SELECT
    t.source,
    t.ticket,
    t.timer,
    t.target,
    t.kind,
    t.cycle,
    t.state,
    t.ended_at IS NULL AS is_open,
    t.is_open_ended,
    t.started_at,
    (t.started_at AT TIME ZONE coalesce(a.zone, 'UTC'))::date AS started_date,
    t.deadline_at,
    (t.deadline_at AT TIME ZONE coalesce(a.zone, 'UTC'))::date AS deadline_date,
    t.first_deadline_at,
    t.ended_at,
    (t.ended_at AT TIME ZONE coalesce(a.zone, 'UTC'))::date AS ended_date,
    t.breached_at IS NOT NULL AS is_breached,
    t.breached_at,
    CASE
        WHEN t.breached_at IS NULL THEN NULL
        WHEN s.watermark_at > t.breached_at THEN 'confirmed'
        ELSE 'provisional'
    END AS breach_certainty,
    b.detected_at AS breach_detected_at,
    b.published_at AS breach_published_at,
    sla.seconds(sla.wall_us(t.breached_at, b.published_at)) AS breach_publication_lag_s,
    t.at_risk_at,
    coalesce(t.state = 'running' AND t.at_risk_at <= sla.clock(), false) AS is_at_risk,
    t.levels AS levels_reached,
    sla.seconds(t.budget_us) AS budget_s,
    sla.seconds(t.carried_us) AS carried_s,
    sla.seconds(t.spent_now_us) AS spent_s,
    sla.seconds(t.budget_us - t.spent_now_us) AS left_s,
    round(t.spent_now_us * 100.0 / t.budget_us, 2) AS spent_pct,
    sla.seconds(sla.wall_us(t.started_at, t.until_at)) AS wall_s,
    sla.seconds(sla.wall_us(t.until_at, t.deadline_at)) AS left_wall_s,
    (
        SELECT count(*) FROM jsonb_array_elements(t.stretches) x WHERE x ->> 2 = 'paused'
    ) AS pauses,
    (
        SELECT coalesce(sla.seconds(sum(sla.open_us(
            t.calendar, sla.at((x ->> 0)::bigint),
            least(sla.at((x ->> 1)::bigint), t.until_at)))::bigint), 0)
        FROM jsonb_array_elements(t.stretches) x WHERE x ->> 2 = 'paused'
    ) AS paused_s,
    (
        SELECT coalesce(sla.seconds(sum(sla.wall_us(
            sla.at((x ->> 0)::bigint), least(sla.at((x ->> 1)::bigint), t.until_at)))::bigint), 0)
        FROM jsonb_array_elements(t.stretches) x WHERE x ->> 2 = 'paused'
    ) AS paused_wall_s,
    CASE WHEN t.state = 'paused' THEN t.stretches -> -1 ->> 4 END AS paused_by,
    t.calendar,
    c.calendar_version,
    c.zone AS calendar_zone,
    NOT c.always AS is_business_time,
    t.agreement,
    t.version AS agreement_version,
    a.zone AS reporting_zone,
    t.plan,
    t.severity,
    t.rule AS matched_rule,
    t.severity_at_start,
    t.severity_at_deadline,
    t.team_at_start,
    t.team_at_deadline,
    k.severity AS severity_now,
    k.team AS team_now,
    k.agent AS agent_now,
    k.status_category,
    k.account,
    k.category,
    k.channel,
    k.opened_at,
    k.verdict AS source_verdict,
    t.start_event,
    b.cause AS breach_cause,
    t.reason AS end_reason,
    t.survivor,
    t.predecessor,
    t.successor,
    k.judged_at,
    k.position,
    s.watermark_at AS data_complete_to
FROM sla.timers_now t
LEFT JOIN sla.tickets k ON k.source = t.source AND k.ticket = t.ticket
LEFT JOIN sla.agreements a ON a.agreement = t.agreement AND a.version = t.version
LEFT JOIN sla.calendars c ON c.calendar = t.calendar
LEFT JOIN sla.sources s ON s.source = t.source
LEFT JOIN sla.alerts b ON b.source = t.source AND b.ticket = t.ticket AND b.timer = t.timer
    AND b.kind = 'breach' AND b.level = 'breach' AND b.revision % 2 = 1;
