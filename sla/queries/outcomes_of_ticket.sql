SELECT * FROM sla_v1.outcomes
WHERE source = %(source)s AND ticket = %(ticket)s
ORDER BY partition, position, index;
