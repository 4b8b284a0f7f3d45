-- The ledger (8.1): a timer's stretches laid over its calendar's spans. Rows that only go on with
-- what the last one said (a night in which a pause began) are one row.
CREATE VIEW sla_v1.timer_ledger AS
WITH pieces AS (
    SELECT
        t.source, t.ticket, t.timer, x.n, p.from_at AS stretch_from,
        greatest(p.from_at, s.from_at) AS from_at,
        least(p.to_at, s.to_at) AS to_at,
        CASE WHEN s.kind IS NULL OR s.kind = 'open' THEN p.kind ELSE s.kind END AS kind,
        CASE WHEN s.kind IS NULL OR s.kind = 'open' THEN p.cause ELSE c.calendar_version END AS cause,
        CASE WHEN s.kind IS NULL OR s.kind = 'open' THEN p.label ELSE s.name END AS label,
        CASE
            WHEN p.kind = 'carried' THEN t.carried_us
            WHEN s.kind = 'open'
                THEN sla.wall_us(greatest(p.from_at, s.from_at), least(p.to_at, s.to_at))
            ELSE 0
        END AS working_us
    FROM sla.timers_now t
    LEFT JOIN sla.calendars c ON c.calendar = t.calendar
    CROSS JOIN LATERAL jsonb_array_elements(t.stretches) WITH ORDINALITY x (stretch, n)
    CROSS JOIN LATERAL (
        SELECT
            sla.at((x.stretch ->> 0)::bigint) AS from_at,
            CASE WHEN x.stretch ->> 2 = 'carried' THEN sla.at((x.stretch ->> 0)::bigint)
            ELSE least(sla.at((x.stretch ->> 1)::bigint), t.until_at) END AS to_at,
            x.stretch ->> 2 AS kind,
            x.stretch ->> 3 AS cause,
            coalesce(x.stretch ->> 4, '') AS label
    ) p
    LEFT JOIN LATERAL (
        SELECT s.from_at, s.to_at, s.kind, s.name
        FROM sla.calendar_spans s
        WHERE s.calendar = t.calendar AND p.from_at < p.to_at AND s.from_at < p.to_at
            AND s.from_at >= (
                SELECT max(b.from_at) FROM sla.calendar_spans b
                WHERE b.calendar = t.calendar AND b.from_at <= p.from_at
            )
    ) s ON true
    WHERE p.from_at < p.to_at OR (p.kind = 'carried' AND p.from_at <= t.until_at)
), runs AS (
    SELECT *, (kind, cause, label) IS NOT DISTINCT FROM (
        lag(kind) OVER w, lag(cause) OVER w, lag(label) OVER w
    ) AS goes_on
    FROM pieces WINDOW w AS (PARTITION BY source, ticket, timer ORDER BY n, from_at)
), numbered AS (
    SELECT *, count(*) FILTER (WHERE NOT goes_on) OVER w AS line
    FROM runs WINDOW w AS (PARTITION BY source, ticket, timer ORDER BY n, from_at)
), lines AS (
    SELECT
        source, ticket, timer, line, min(from_at) AS from_at, max(to_at) AS to_at,
        kind, cause, label, sum(working_us)::bigint AS working_us
    FROM numbered GROUP BY source, ticket, timer, line, kind, cause, label
)
SELECT
    source,
    ticket,
    timer,
    line,
    from_at,
    to_at,
    kind,
    label,
    sla.seconds(sla.wall_us(from_at, to_at)) AS wall_s,
    sla.seconds(working_us) AS working_s,
    sla.seconds(CASE WHEN kind IN ('ran', 'carried') THEN working_us ELSE 0 END) AS spent_s,
    sla.seconds((sum(CASE WHEN kind IN ('ran', 'carried') THEN working_us ELSE 0 END) OVER (
        PARTITION BY source, ticket, timer ORDER BY line
    ))::bigint) AS spent_total_s,
    cause
FROM lines;

COMMENT ON VIEW sla_v1.timer_ledger IS 'Where each microsecond of a timer''s life went (8.1). The rows of a timer touch, do not overlap, and their wall_s add up to its wall_s, their spent_s to its spent_s. Ask for one ticket at a time.';
COMMENT ON COLUMN sla_v1.timer_ledger.source IS 'The helpdesk of the ticket.';
COMMENT ON COLUMN sla_v1.timer_ledger.ticket IS 'The ticket''s id in the source.';
COMMENT ON COLUMN sla_v1.timer_ledger.timer IS 'The timer''s id within the ticket.';
COMMENT ON COLUMN sla_v1.timer_ledger.line IS 'Number of the row, from 1, in the order of time.';
COMMENT ON COLUMN sla_v1.timer_ledger.from_at IS 'When it begins; the row holds this instant.';
COMMENT ON COLUMN sla_v1.timer_ledger.to_at IS 'When it ends; the row does not hold this instant. Now, for the last row of an open timer.';
COMMENT ON COLUMN sla_v1.timer_ledger.kind IS 'ran, paused, excluded or resolved where the calendar is open; else closed, holiday, closure, or unknown outside the compiled years; carried: the balance a successor began with.';
COMMENT ON COLUMN sla_v1.timer_ledger.label IS 'The pausing status category; who and why of an exclusion; the name of the holiday or closure.';
COMMENT ON COLUMN sla_v1.timer_ledger.wall_s IS 'How long it lasted; 0 for carried.';
COMMENT ON COLUMN sla_v1.timer_ledger.working_s IS 'Open time in it, counted or not; for carried, what was carried.';
COMMENT ON COLUMN sla_v1.timer_ledger.spent_s IS 'Working time in it that counts against the budget.';
COMMENT ON COLUMN sla_v1.timer_ledger.spent_total_s IS 'Working time spent up to the end of the row.';
COMMENT ON COLUMN sla_v1.timer_ledger.cause IS 'The event that began it; for closed, holiday and closure the calendar version.';
