SELECT * FROM sla_v1.sources
WHERE %(source)s::text IS NULL OR source = %(source)s
ORDER BY source;
