CREATE VIEW sla_v1.at_risk AS
SELECT
    t.source, t.ticket, t.timer, t.target, t.plan, t.severity, t.account,
    t.team_now AS team, t.agent_now AS agent,
    t.at_risk_at, t.deadline_at, t.budget_s, t.spent_s, t.left_s, t.left_wall_s, t.spent_pct,
    t.calendar_zone, t.data_complete_to
FROM sla_v1.timers t
WHERE t.is_open AND t.is_at_risk;

COMMENT ON VIEW sla_v1.at_risk IS 'Running timers of which the at-risk share of the budget is spent (6.1). Sort by deadline_at.';
COMMENT ON COLUMN sla_v1.at_risk.source IS 'The helpdesk of the ticket.';
COMMENT ON COLUMN sla_v1.at_risk.ticket IS 'The ticket''s id in the source.';
COMMENT ON COLUMN sla_v1.at_risk.timer IS 'The timer''s id within the ticket.';
COMMENT ON COLUMN sla_v1.at_risk.target IS 'The promise in the agreement.';
COMMENT ON COLUMN sla_v1.at_risk.plan IS 'The plan under which it was promised.';
COMMENT ON COLUMN sla_v1.at_risk.severity IS 'The severity for which it was promised.';
COMMENT ON COLUMN sla_v1.at_risk.account IS 'The ticket''s account.';
COMMENT ON COLUMN sla_v1.at_risk.team IS 'The team the ticket is with now.';
COMMENT ON COLUMN sla_v1.at_risk.agent IS 'The agent the ticket is with now.';
COMMENT ON COLUMN sla_v1.at_risk.at_risk_at IS 'Since when it is at risk.';
COMMENT ON COLUMN sla_v1.at_risk.deadline_at IS 'When its budget has run out.';
COMMENT ON COLUMN sla_v1.at_risk.budget_s IS 'Working time promised; null under a fixed deadline.';
COMMENT ON COLUMN sla_v1.at_risk.spent_s IS 'Working time used, live.';
COMMENT ON COLUMN sla_v1.at_risk.left_s IS 'Working time left, live.';
COMMENT ON COLUMN sla_v1.at_risk.left_wall_s IS 'Wall time left to the deadline.';
COMMENT ON COLUMN sla_v1.at_risk.spent_pct IS 'Working time used in percent of the budget, live.';
COMMENT ON COLUMN sla_v1.at_risk.calendar_zone IS 'Time zone of its calendar.';
COMMENT ON COLUMN sla_v1.at_risk.data_complete_to IS 'Everything its source said up to here is in (7.4); null: the source has not said.';

-- Of a timer without a deadline there is no month of it: it stands in that of its end, or while
-- open in that of its start, among what is left out.
CREATE VIEW sla.counted_timers AS
SELECT
    t.*,
    date_trunc('month', coalesce(t.deadline_at, t.ended_at, t.started_at)
        AT TIME ZONE coalesce(a.zone, 'UTC'))::date AS month,
    s.watermark_at,
    CASE
        WHEN t.is_open_ended OR (t.state = 'met' AND t.deadline_at IS NULL) THEN 'open_ended'
        WHEN t.state = 'breached' AND t.ended_at IS NULL THEN 'breached_open'
        WHEN t.state = 'breached' THEN 'breached_ended'
        ELSE t.state
    END AS standing
FROM sla.timers_now t
LEFT JOIN sla.agreements a ON a.agreement = t.agreement AND a.version = t.version
LEFT JOIN sla.sources s ON s.source = t.source;

CREATE VIEW sla_v1.attainment AS
SELECT
    month, agreement, target, plan, severity,
    numerator, denominator,
    round(numerator * 1.0 / nullif(denominator, 0), 6) AS share,
    numerator AS met, met_late, breached_open, breached_ended,
    running, paused, superseded, void, open_ended,
    timers, data_complete_to
FROM (
    SELECT
        month, agreement, target, plan, severity,
        count(*) FILTER (WHERE standing = 'met') AS numerator,
        count(*) FILTER (
            WHERE standing IN ('met', 'met_late', 'breached_open', 'breached_ended')
        ) AS denominator,
        count(*) FILTER (WHERE standing = 'met_late') AS met_late,
        count(*) FILTER (WHERE standing = 'breached_open') AS breached_open,
        count(*) FILTER (WHERE standing = 'breached_ended') AS breached_ended,
        count(*) FILTER (WHERE standing = 'running') AS running,
        count(*) FILTER (WHERE standing = 'paused') AS paused,
        count(*) FILTER (WHERE standing = 'superseded') AS superseded,
        count(*) FILTER (WHERE standing = 'void') AS void,
        count(*) FILTER (WHERE standing = 'open_ended') AS open_ended,
        count(*) AS timers,
        CASE WHEN count(*) = count(watermark_at) THEN min(watermark_at) END AS data_complete_to
    FROM sla.counted_timers
    GROUP BY month, agreement, target, plan, severity
) counted;

COMMENT ON VIEW sla_v1.attainment IS 'Achieved share = met / (met + breached + met_late) by the month of the deadline (8.2). Add numerators and denominators, never shares.';
COMMENT ON COLUMN sla_v1.attainment.month IS 'First day of the month of the deadline, in the agreement''s reporting zone; without a deadline, of its end or else its start.';
COMMENT ON COLUMN sla_v1.attainment.agreement IS 'The agreement, all its versions.';
COMMENT ON COLUMN sla_v1.attainment.target IS 'The promise in the agreement.';
COMMENT ON COLUMN sla_v1.attainment.plan IS 'The plan under which it was promised.';
COMMENT ON COLUMN sla_v1.attainment.severity IS 'The severity for which it was promised.';
COMMENT ON COLUMN sla_v1.attainment.numerator IS 'Timers met in time; the same as met.';
COMMENT ON COLUMN sla_v1.attainment.denominator IS 'met + met_late + breached_open + breached_ended.';
COMMENT ON COLUMN sla_v1.attainment.share IS 'numerator / denominator, 0 to 1; null where nothing fell due.';
COMMENT ON COLUMN sla_v1.attainment.met IS 'Met in time.';
COMMENT ON COLUMN sla_v1.attainment.met_late IS 'Met after the deadline.';
COMMENT ON COLUMN sla_v1.attainment.breached_open IS 'Deadline gone and still owed.';
COMMENT ON COLUMN sla_v1.attainment.breached_ended IS 'Deadline gone, and ended without being met (merged, no longer promised).';
COMMENT ON COLUMN sla_v1.attainment.running IS 'Left out: still running.';
COMMENT ON COLUMN sla_v1.attainment.paused IS 'Left out: paused.';
COMMENT ON COLUMN sla_v1.attainment.superseded IS 'Left out: another timer took its place; that one counts.';
COMMENT ON COLUMN sla_v1.attainment.void IS 'Left out: ended without being owed.';
COMMENT ON COLUMN sla_v1.attainment.open_ended IS 'Left out: only measures; no budget and no deadline (3.13).';
COMMENT ON COLUMN sla_v1.attainment.timers IS 'All of them: denominator and what is left out.';
COMMENT ON COLUMN sla_v1.attainment.data_complete_to IS 'Everything the sources of these timers said up to here is in (7.4); null: one of them has not said.';

CREATE VIEW sla_v1.percentiles AS
WITH ended AS (
    SELECT
        month, agreement, target, plan, severity,
        count(*) AS ended,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY spent_us) AS p50,
        percentile_disc(0.9) WITHIN GROUP (ORDER BY spent_us) AS p90,
        percentile_disc(0.95) WITHIN GROUP (ORDER BY spent_us) AS p95
    FROM sla.counted_timers
    WHERE state IN ('met', 'met_late')
    GROUP BY month, agreement, target, plan, severity
), unended AS (
    SELECT month, agreement, target, plan, severity, spent_now_us
    FROM sla.counted_timers WHERE ended_at IS NULL
)
SELECT
    e.month, e.agreement, e.target, e.plan, e.severity, e.ended,
    sla.seconds(e.p50) AS p50_s, sla.seconds(e.p90) AS p90_s, sla.seconds(e.p95) AS p95_s,
    u.open_now,
    u.beyond_p50 AS open_beyond_p50, u.beyond_p90 AS open_beyond_p90,
    u.beyond_p95 AS open_beyond_p95
FROM ended e
CROSS JOIN LATERAL (
    SELECT
        count(*) AS open_now,
        count(*) FILTER (WHERE spent_now_us > e.p50) AS beyond_p50,
        count(*) FILTER (WHERE spent_now_us > e.p90) AS beyond_p90,
        count(*) FILTER (WHERE spent_now_us > e.p95) AS beyond_p95
    FROM unended n
    WHERE (n.month, n.agreement, n.target, n.plan, n.severity)
        = (e.month, e.agreement, e.target, e.plan, e.severity)
) u;

COMMENT ON VIEW sla_v1.percentiles IS 'Working time used by timers that were met, in time or late, and how many of the same month and kind are still open beyond each figure (8.3). Never average percentiles.';
COMMENT ON COLUMN sla_v1.percentiles.month IS 'As in sla_v1.attainment.';
COMMENT ON COLUMN sla_v1.percentiles.agreement IS 'The agreement, all its versions.';
COMMENT ON COLUMN sla_v1.percentiles.target IS 'The promise in the agreement.';
COMMENT ON COLUMN sla_v1.percentiles.plan IS 'The plan under which it was promised.';
COMMENT ON COLUMN sla_v1.percentiles.severity IS 'The severity for which it was promised.';
COMMENT ON COLUMN sla_v1.percentiles.ended IS 'How many timers the figures are of.';
COMMENT ON COLUMN sla_v1.percentiles.p50_s IS 'Half of them used no more working time than this.';
COMMENT ON COLUMN sla_v1.percentiles.p90_s IS 'Nine in ten used no more.';
COMMENT ON COLUMN sla_v1.percentiles.p95_s IS 'Nineteen in twenty used no more.';
COMMENT ON COLUMN sla_v1.percentiles.open_now IS 'Timers of the same month and kind that have not ended.';
COMMENT ON COLUMN sla_v1.percentiles.open_beyond_p50 IS 'Of these, how many have already used more than p50_s.';
COMMENT ON COLUMN sla_v1.percentiles.open_beyond_p90 IS 'Of these, how many have already used more than p90_s.';
COMMENT ON COLUMN sla_v1.percentiles.open_beyond_p95 IS 'Of these, how many have already used more than p95_s.';
