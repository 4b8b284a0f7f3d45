-- Tickets whose merges lead into a circle, so that nobody survives (4.8).
SELECT source, ticket, merged_into
FROM sla_v1.tickets
WHERE merged_into IS NOT NULL AND last_survivor IS NULL
    AND (%(source)s::text IS NULL OR source = %(source)s)
ORDER BY source, ticket;
