-- What lies between now and a deadline. Spans run to infinity at both ends, so they are cut here.
SELECT
    greatest(from_at, %(from_at)s) AS from_at, least(to_at, %(to_at)s) AS to_at, kind, name
FROM sla_v1.calendar_spans
WHERE calendar = %(calendar)s AND to_at > %(from_at)s AND from_at < %(to_at)s
ORDER BY from_at;
