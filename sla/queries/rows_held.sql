SELECT partition, position, resume FROM sla.positions ORDER BY partition;
