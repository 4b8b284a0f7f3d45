INSERT INTO sla.door_refusals (letter, refused_at, event, source, subject, reason, detail, body)
VALUES (
    %(letter)s, sla.at(%(refused_ms)s::bigint * 1000), %(event)s, %(source)s, %(subject)s,
    %(reason)s, %(detail)s, %(body)s
)
ON CONFLICT (letter) DO NOTHING
