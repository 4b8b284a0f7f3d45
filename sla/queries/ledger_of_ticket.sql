SELECT * FROM sla_v1.timer_ledger
WHERE source = %(source)s AND ticket = %(ticket)s
ORDER BY timer, line;
