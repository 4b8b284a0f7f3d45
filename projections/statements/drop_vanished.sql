-- Of the tickets named, the timers that are not in their new image: corrected history has taken
-- them back.
DELETE FROM sla.timers held USING json_to_recordset(%(tickets)s::json) named (source text, ticket text)
WHERE held.source = named.source AND held.ticket = named.ticket
    AND NOT EXISTS (
        SELECT FROM staged_timers s
        WHERE s.source = held.source AND s.ticket = held.ticket AND s.timer = held.timer
    )
