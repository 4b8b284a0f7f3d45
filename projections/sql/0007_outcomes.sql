CREATE VIEW sla_v1.outcomes AS
SELECT
    o.partition, o.position, o.index, o.identity, o.revision, o.type, o.retracts,
    o.source, o.ticket, o.timer, o.target, o.level,
    o.effective_at, o.detected_at, o.published_at,
    sla.seconds(sla.wall_us(o.effective_at, o.detected_at)) AS detection_lag_s,
    sla.seconds(sla.wall_us(o.effective_at, o.published_at)) AS publication_lag_s,
    o.cause,
    o.data -> 'rules' AS rules,
    o.corrected AS is_corrected,
    o.latest AS is_latest,
    o.alerting AS is_alerting,
    (o.data ->> 'deadline_at')::timestamptz AS deadline_at,
    sla.seconds((o.data ->> 'budget_us')::bigint) AS budget_s,
    sla.seconds((o.data ->> 'spent_us')::bigint) AS spent_s,
    sla.seconds((o.data ->> 'carried_us')::bigint) AS carried_s,
    o.data ->> 'agreement' AS agreement,
    o.data ->> 'version' AS agreement_version,
    o.data ->> 'plan' AS plan,
    o.data ->> 'severity' AS severity,
    o.data ->> 'team' AS team,
    o.data ->> 'rule' AS matched_rule,
    o.data ->> 'calendar' AS calendar,
    o.data ->> 'status_category' AS status_category,
    o.data ->> 'step' AS step,
    o.data -> 'notify' AS notify,
    o.data ->> 'reason' AS reason,
    o.data ->> 'predecessor' AS predecessor,
    o.data ->> 'successor' AS successor,
    o.data ->> 'survivor' AS survivor
FROM sla.outcomes o;

COMMENT ON VIEW sla_v1.outcomes IS 'Everything published about timers, in order, withdrawals among it; append-only (7.1, 7.2).';
COMMENT ON COLUMN sla_v1.outcomes.partition IS 'Partition of the journal.';
COMMENT ON COLUMN sla_v1.outcomes.position IS 'Journal position of the record from which it followed.';
COMMENT ON COLUMN sla_v1.outcomes.index IS 'Its place among what followed from that record.';
COMMENT ON COLUMN sla_v1.outcomes.identity IS 'The same at every revision, for ever: a digest of ticket, timer, kind, level and instant (7.1).';
COMMENT ON COLUMN sla_v1.outcomes.revision IS 'Odd: it holds. Even: it is withdrawn. Keep the highest of each identity.';
COMMENT ON COLUMN sla_v1.outcomes.type IS 'Wire name: sla.timer_started.v1, ..., sla.outcome_retracted.v1.';
COMMENT ON COLUMN sla_v1.outcomes.retracts IS 'On a withdrawal: the wire name of what is withdrawn.';
COMMENT ON COLUMN sla_v1.outcomes.source IS 'The helpdesk of the ticket.';
COMMENT ON COLUMN sla_v1.outcomes.ticket IS 'The ticket''s id in the source.';
COMMENT ON COLUMN sla_v1.outcomes.timer IS 'The timer''s id within the ticket.';
COMMENT ON COLUMN sla_v1.outcomes.target IS 'The promise in the agreement.';
COMMENT ON COLUMN sla_v1.outcomes.level IS 'Level of the ladder, for an escalation.';
COMMENT ON COLUMN sla_v1.outcomes.effective_at IS 'The instant it is true of; of a breach, its deadline (1.2).';
COMMENT ON COLUMN sla_v1.outcomes.detected_at IS 'Stamp of the journal record that made the tracker see it.';
COMMENT ON COLUMN sla_v1.outcomes.published_at IS 'When it left the tracker.';
COMMENT ON COLUMN sla_v1.outcomes.detection_lag_s IS 'detected_at - effective_at.';
COMMENT ON COLUMN sla_v1.outcomes.publication_lag_s IS 'published_at - effective_at.';
COMMENT ON COLUMN sla_v1.outcomes.cause IS 'The event that caused it.';
COMMENT ON COLUMN sla_v1.outcomes.rules IS 'Numbers of the rules of semantics.md by which it was decided.';
COMMENT ON COLUMN sla_v1.outcomes.is_corrected IS 'It came to be known through a correction of history (7.2).';
COMMENT ON COLUMN sla_v1.outcomes.is_latest IS 'The highest of several steps that one record made due (6.3).';
COMMENT ON COLUMN sla_v1.outcomes.is_alerting IS 'False where it alerts nobody: imported or cut-over history (7.5, 1.7).';
COMMENT ON COLUMN sla_v1.outcomes.deadline_at IS 'The deadline, where it says one.';
COMMENT ON COLUMN sla_v1.outcomes.budget_s IS 'Working time promised, where it says so.';
COMMENT ON COLUMN sla_v1.outcomes.spent_s IS 'Working time spent by then, where it says so.';
COMMENT ON COLUMN sla_v1.outcomes.carried_s IS 'Working time taken over from a predecessor, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.agreement IS 'The agreement, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.agreement_version IS 'Its version, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.plan IS 'The plan, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.severity IS 'The severity, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.team IS 'The team the ticket was with when it was published.';
COMMENT ON COLUMN sla_v1.outcomes.matched_rule IS 'The entitlement rule, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.calendar IS 'The calendar, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.status_category IS 'What paused it, of a pause.';
COMMENT ON COLUMN sla_v1.outcomes.step IS 'The step as the agreement says it, of an escalation: 75% or +30 minutes.';
COMMENT ON COLUMN sla_v1.outcomes.notify IS 'Whom to tell, of an escalation.';
COMMENT ON COLUMN sla_v1.outcomes.reason IS 'Why it ended without being met.';
COMMENT ON COLUMN sla_v1.outcomes.predecessor IS 'The timer it succeeds, of a start.';
COMMENT ON COLUMN sla_v1.outcomes.successor IS 'The timer that succeeds it, of a supersession.';
COMMENT ON COLUMN sla_v1.outcomes.survivor IS 'The ticket its own was merged into, of a void.';
