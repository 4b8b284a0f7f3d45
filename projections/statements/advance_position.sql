-- Moves the projector's position. No row: another projector has moved it.
UPDATE sla.positions SET
    position = %(position)s,
    stamped_at = sla.at(%(stamp_us)s::bigint),
    published_at = sla.at(%(published_us)s::bigint),
    projected_at = clock_timestamp(),
    resume = %(resume)s::bigint
WHERE partition = %(partition)s AND position = %(expected)s
RETURNING position
