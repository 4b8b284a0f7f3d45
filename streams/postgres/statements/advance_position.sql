-- Moves the tracker's position. No row: another tracker has moved it.
UPDATE sla.tracker_position SET position = %(position)s, clock_us = %(clock)s
WHERE partition = 0 AND position = %(expected)s
RETURNING position
