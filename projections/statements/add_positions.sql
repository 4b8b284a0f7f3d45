-- Makes room for the partitions of a cluster, once; not where rows were made by position alone,
-- which are of a journal in this database.
INSERT INTO sla.positions (partition, position)
SELECT number, 0 FROM generate_series(0, %(partitions)s::integer - 1) number
WHERE NOT EXISTS (SELECT FROM sla.positions WHERE position > 0)
    AND NOT EXISTS (SELECT FROM sla.journal)
ON CONFLICT (partition) DO NOTHING
