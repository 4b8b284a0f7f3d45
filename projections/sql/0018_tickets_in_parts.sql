-- An image shows the timers that look different; which ones there are is asked of `sla.timers`.
ALTER TABLE sla.tickets DROP COLUMN timer_ids, DROP COLUMN timers_changed;

COMMENT ON COLUMN sla_v1.timers.severity_at_deadline IS 'The ticket''s severity at the deadline, or at its end where that came first.';
COMMENT ON COLUMN sla_v1.timers.team_at_deadline IS 'The team the ticket was with at the deadline, or at its end where that came first.';
