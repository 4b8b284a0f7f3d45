-- Many partitions: where the feed of each goes on, in the feed's own terms (the offset in a topic;
-- null: by the position), moved together with the position.
ALTER TABLE sla.positions ADD COLUMN resume bigint;
