-- Calendars as compiled, replacing what was compiled before. What is not compiled stands as
-- `unknown` before and after; one that never closes is open for ever, as the tracker counts it.
WITH said AS (
    SELECT m.*, json_array_length(m.spans) = 1 AND m.spans -> 0 ->> 2 = 'open' AS always,
        sla.at((m.spans -> 0 ->> 0)::bigint) AS begin_at,
        sla.at((m.spans -> -1 ->> 1)::bigint) AS end_at
    FROM json_to_recordset(%(rows)s::json) m (
        calendar text, name text, zone text, calendar_version text, position bigint,
        day_length_us bigint, spans json
    )
), taken AS (
    INSERT INTO sla.calendars AS held (
        calendar, name, zone, calendar_version, always, day_length_us, begin_at, end_at, position
    )
    SELECT calendar, name, zone, calendar_version, always, day_length_us, begin_at, end_at, position
    FROM said
    ON CONFLICT (calendar) DO UPDATE SET
        name = excluded.name,
        zone = excluded.zone,
        calendar_version = excluded.calendar_version,
        always = excluded.always,
        day_length_us = excluded.day_length_us,
        begin_at = excluded.begin_at,
        end_at = excluded.end_at,
        position = excluded.position
    WHERE held.position < excluded.position
    RETURNING calendar
), spans AS (
    SELECT
        said.calendar, sla.at((s ->> 0)::bigint) AS from_at, sla.at((s ->> 1)::bigint) AS to_at,
        s ->> 2 AS kind, s ->> 3 AS name, (s ->> 4)::bigint AS open_before_us
    FROM said JOIN taken USING (calendar) CROSS JOIN LATERAL json_array_elements(said.spans) s
    WHERE NOT said.always
    UNION ALL
    SELECT
        calendar, edge.from_at, edge.to_at, edge.kind, edge.name, edge.open_before_us
    FROM said JOIN taken USING (calendar) CROSS JOIN LATERAL (
        SELECT
            timestamptz '0001-01-01Z' AS early, timestamptz '9999-12-31Z' AS late,
            format('outside the years %%s to %%s',
                extract(year FROM begin_at AT TIME ZONE zone),
                extract(year FROM (end_at - interval '1 microsecond') AT TIME ZONE zone)) AS outside
    ) far CROSS JOIN LATERAL (
        SELECT far.early, far.late, 'open', '', sla.wall_us(begin_at, far.early)
        WHERE always
        UNION ALL
        SELECT far.early, begin_at, 'unknown', far.outside, 0 WHERE NOT always
        UNION ALL
        SELECT
            end_at, far.late, 'unknown', far.outside, (spans -> -1 ->> 4)::bigint + CASE
                WHEN spans -> -1 ->> 2 = 'open' THEN
                    (spans -> -1 ->> 1)::bigint - (spans -> -1 ->> 0)::bigint
                ELSE 0
            END
        WHERE NOT always
    ) edge (from_at, to_at, kind, name, open_before_us)
), kept AS (
    INSERT INTO sla.calendar_spans AS held (calendar, from_at, to_at, kind, name, open_before_us)
    SELECT calendar, from_at, to_at, kind, name, open_before_us FROM spans
    ON CONFLICT (calendar, from_at) DO UPDATE SET
        to_at = excluded.to_at,
        kind = excluded.kind,
        name = excluded.name,
        open_before_us = excluded.open_before_us
)
DELETE FROM sla.calendar_spans held USING taken
WHERE held.calendar = taken.calendar
    AND NOT EXISTS (
        SELECT FROM spans s WHERE s.calendar = held.calendar AND s.from_at = held.from_at
    )
