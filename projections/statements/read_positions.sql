SELECT partition, position, resume FROM sla.positions
