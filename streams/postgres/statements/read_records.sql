SELECT position, stamp_us, events FROM sla.journal
WHERE partition = 0 AND position > %(after)s
ORDER BY position
LIMIT %(limit)s
