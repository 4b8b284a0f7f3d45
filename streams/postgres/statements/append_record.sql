-- Gives the next position and stamp under the lock of the journal's head, and appends there.
WITH head AS (
    UPDATE sla.journal_head
    SET position = position + 1, stamp_us = greatest(stamp_us, %(clock)s)
    WHERE partition = 0
    RETURNING position, stamp_us
)
INSERT INTO sla.journal (partition, position, stamp_us, events)
SELECT 0, position, stamp_us, %(events)s FROM head
RETURNING position
