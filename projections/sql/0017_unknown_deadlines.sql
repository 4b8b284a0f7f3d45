-- A running timer with a budget has a deadline, unless that lies beyond the years of its calendar.
CREATE VIEW sla_v1.unknown_deadlines AS
SELECT
    t.source, t.ticket, t.timer, t.target, t.plan, t.severity, t.account,
    t.team_now AS team, t.agent_now AS agent,
    t.started_at, t.budget_s, t.spent_s,
    t.calendar, c.begin_at AS calendar_known_from, c.end_at AS calendar_known_to,
    t.agreement, t.agreement_version, t.reporting_zone, t.data_complete_to
FROM sla_v1.timers t
LEFT JOIN sla.calendars c ON c.calendar = t.calendar
WHERE t.state = 'running' AND t.budget_s IS NOT NULL AND t.deadline_at IS NULL;

COMMENT ON VIEW sla_v1.unknown_deadlines IS 'Running timers whose deadline lies outside the years for which their calendar was worked out: it is unknown, never a breach (2.7). A version of the agreement with more `years` and scope open_timers makes it known.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.source IS 'The helpdesk of the ticket.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.ticket IS 'The ticket''s id in the source.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.timer IS 'The timer''s id within the ticket.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.target IS 'The promise in the agreement.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.plan IS 'The plan under which it was promised.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.severity IS 'The severity for which it was promised.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.account IS 'The ticket''s account.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.team IS 'The team the ticket is with now.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.agent IS 'The agent the ticket is with now.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.started_at IS 'When it began to count.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.budget_s IS 'Working time promised.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.spent_s IS 'Working time used within the known years, live.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.calendar IS 'The calendar it counts by: agreement version/name.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.calendar_known_from IS 'The beginning of the years for which that calendar was worked out.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.calendar_known_to IS 'Their end.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.agreement IS 'The agreement it was promised in.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.agreement_version IS 'The version of that agreement.';
COMMENT ON COLUMN sla_v1.unknown_deadlines.reporting_zone IS 'The zone in which dates are told (8.2).';
COMMENT ON COLUMN sla_v1.unknown_deadlines.data_complete_to IS 'Everything its source said up to here is in (7.4); null: the source has not said.';
