-- The position after which the last few outcomes stand.
SELECT coalesce(min(position) - 1, 0) AS after FROM (
    SELECT position FROM sla_v1.outcomes
    WHERE (%(ticket)s::text IS NULL OR ticket = %(ticket)s)
        AND (%(source)s::text IS NULL OR source = %(source)s)
    ORDER BY partition DESC, position DESC, index DESC LIMIT %(last)s
) newest;
