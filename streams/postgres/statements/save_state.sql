INSERT INTO sla.ticket_states (partition, ticket, state) VALUES (0, %(ticket)s, %(state)s)
ON CONFLICT (partition, ticket) DO UPDATE SET state = excluded.state
