-- What needs somebody's hand, counted.
SELECT
    (SELECT count(*) FROM sla_v1.dead_letters
        WHERE %(source)s::text IS NULL OR source = %(source)s) AS dead_letters,
    (SELECT count(*) FROM sla_v1.orphans
        WHERE %(source)s::text IS NULL OR source = %(source)s) AS orphans,
    (SELECT count(*) FROM sla_v1.unmapped_words
        WHERE %(source)s::text IS NULL OR source = %(source)s) AS unmapped_words,
    (SELECT count(*) FROM sla_v1.tickets
        WHERE %(source)s::text IS NULL OR source = %(source)s) AS tickets;
