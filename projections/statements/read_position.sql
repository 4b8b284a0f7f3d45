SELECT position FROM sla.positions WHERE partition = %(partition)s
