SELECT coalesce(min(position), 0) AS position FROM sla_v1.positions;
