SELECT * FROM sla_v1.lag ORDER BY partition;
