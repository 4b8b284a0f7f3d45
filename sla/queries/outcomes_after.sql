SELECT o.*, a.zone AS reporting_zone
FROM sla_v1.outcomes o
LEFT JOIN sla_v1.tickets k ON k.source = o.source AND k.ticket = o.ticket
LEFT JOIN sla_v1.agreements a ON a.agreement = k.agreement AND a.version = k.agreement_version
WHERE o.position > %(after)s AND o.position <= %(up_to)s
    AND (%(ticket)s::text IS NULL OR o.ticket = %(ticket)s)
    AND (%(source)s::text IS NULL OR o.source = %(source)s)
ORDER BY o.partition, o.position, o.index;
