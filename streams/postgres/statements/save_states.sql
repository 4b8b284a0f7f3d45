-- The staged states of a commit, each ticket once.
INSERT INTO sla.ticket_states (partition, ticket, state)
SELECT 0, ticket, state FROM staged_states
ON CONFLICT (partition, ticket) DO UPDATE SET state = excluded.state
