INSERT INTO sla.door_refusals (event, source, subject, reason, detail, body)
VALUES (%(event)s, %(source)s, %(subject)s, %(reason)s, %(detail)s, %(body)s)
