-- Breaches and escalations with their withdrawals: one row for each time it was said to hold.
CREATE VIEW sla.notices AS
SELECT
    o.*,
    r.published_at AS retracted_at,
    r.cause AS retracted_cause,
    r.position AS retracted_position
FROM sla.outcomes o
LEFT JOIN sla.outcomes r ON r.identity = o.identity AND r.revision = o.revision + 1
    AND r.type = 'sla.outcome_retracted.v1'
WHERE o.type IN ('sla.timer_breached.v1', 'sla.timer_escalated.v1');

CREATE VIEW sla_v1.breaches AS
SELECT
    n.source, n.ticket, n.timer, n.target,
    n.effective_at,
    (n.effective_at AT TIME ZONE coalesce(a.zone, 'UTC'))::date AS effective_date,
    n.detected_at,
    n.published_at,
    CASE WHEN n.retracted_at IS NULL THEN 'holds' ELSE 'withdrawn' END AS status,
    n.retracted_at,
    n.retracted_cause,
    CASE
        WHEN n.retracted_at IS NOT NULL THEN 'retracted'
        WHEN s.watermark_at > n.effective_at THEN 'confirmed'
        ELSE 'provisional'
    END AS certainty,
    sla.seconds(sla.wall_us(n.effective_at, n.detected_at)) AS detection_lag_s,
    sla.seconds(sla.wall_us(n.effective_at, n.published_at)) AS publication_lag_s,
    n.cause,
    n.corrected AS is_corrected,
    n.alerting AS is_alerting,
    sla.seconds((n.data ->> 'budget_us')::bigint) AS budget_s,
    t.agreement,
    t.version AS agreement_version,
    t.plan,
    t.severity,
    t.team_at_deadline,
    n.data ->> 'team' AS team,
    k.account,
    t.state AS timer_state,
    t.ended_at,
    n.data -> 'rules' AS rules,
    n.identity,
    n.revision,
    n.partition,
    n.position,
    n.index,
    s.watermark_at AS data_complete_to
FROM sla.notices n
LEFT JOIN sla.timers t ON t.source = n.source AND t.ticket = n.ticket AND t.timer = n.timer
LEFT JOIN sla.tickets k ON k.source = n.source AND k.ticket = n.ticket
LEFT JOIN sla.agreements a ON a.agreement = t.agreement AND a.version = t.version
LEFT JOIN sla.sources s ON s.source = n.source
WHERE n.type = 'sla.timer_breached.v1';

CREATE VIEW sla_v1.escalations AS
SELECT
    n.source, n.ticket, n.timer, n.target, n.level,
    n.data ->> 'step' AS step,
    n.data -> 'notify' AS notify,
    n.effective_at,
    n.detected_at,
    n.published_at,
    CASE WHEN n.retracted_at IS NULL THEN 'holds' ELSE 'withdrawn' END AS status,
    n.retracted_at,
    n.retracted_cause,
    CASE
        WHEN n.retracted_at IS NOT NULL THEN 'retracted'
        WHEN s.watermark_at > n.effective_at THEN 'confirmed'
        ELSE 'provisional'
    END AS certainty,
    sla.seconds(sla.wall_us(n.effective_at, n.detected_at)) AS detection_lag_s,
    sla.seconds(sla.wall_us(n.effective_at, n.published_at)) AS publication_lag_s,
    n.cause,
    n.corrected AS is_corrected,
    n.latest AS is_latest,
    n.alerting AS is_alerting,
    n.data ->> 'team' AS team,
    n.identity,
    n.revision,
    n.partition,
    n.position,
    n.index,
    s.watermark_at AS data_complete_to
FROM sla.notices n
LEFT JOIN sla.sources s ON s.source = n.source
WHERE n.type = 'sla.timer_escalated.v1';

-- What pagers follow (7.1): it fires until its timer ends or history takes it back.
CREATE VIEW sla_v1.alerts AS
SELECT
    b.source, b.ticket, b.timer, b.kind, b.level,
    split_part(b.timer, '@', 1) AS target,
    CASE
        WHEN b.revision % 2 = 0 THEN 'withdrawn'
        WHEN NOT b.alerting THEN 'silent'
        WHEN t.timer IS NULL OR t.ended_at IS NOT NULL THEN 'settled'
        ELSE 'firing'
    END AS state,
    b.effective_at,
    b.detected_at,
    b.published_at,
    CASE
        WHEN b.revision % 2 = 0 THEN b.published_at
        WHEN b.alerting THEN t.ended_at
    END AS closed_at,
    b.step,
    b.notify,
    b.latest AS is_latest,
    b.corrected AS is_corrected,
    CASE
        WHEN b.revision % 2 = 0 THEN 'retracted'
        WHEN s.watermark_at > b.effective_at THEN 'confirmed'
        ELSE 'provisional'
    END AS certainty,
    b.cause,
    t.state AS timer_state,
    t.plan,
    t.severity,
    k.team,
    k.agent,
    k.account,
    b.identity,
    b.revision,
    b.partition,
    b.position,
    b.index,
    s.watermark_at AS data_complete_to
FROM sla.alerts b
LEFT JOIN sla.timers t ON t.source = b.source AND t.ticket = b.ticket AND t.timer = b.timer
LEFT JOIN sla.tickets k ON k.source = b.source AND k.ticket = b.ticket
LEFT JOIN sla.sources s ON s.source = b.source;
