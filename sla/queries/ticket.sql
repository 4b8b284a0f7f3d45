SELECT k.*, a.zone AS reporting_zone
FROM sla_v1.tickets k
LEFT JOIN sla_v1.agreements a ON a.agreement = k.agreement AND a.version = k.agreement_version
WHERE k.ticket = %(ticket)s AND (%(source)s::text IS NULL OR k.source = %(source)s)
ORDER BY k.source;
