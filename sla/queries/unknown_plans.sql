-- Plans that accounts have now, of which no agreement has heard; none where there is no agreement.
SELECT a.value #>> '{}' AS plan, count(*) AS accounts, min(a.account) AS example_account
FROM sla_v1.accounts a
WHERE a.fact = 'plan' AND jsonb_typeof(a.value) = 'string'
    AND a.effective_at <= %(now)s AND (a.holds_until IS NULL OR a.holds_until > %(now)s)
    AND EXISTS (SELECT FROM sla_v1.agreements)
    AND NOT EXISTS (
        SELECT FROM sla_v1.agreements g
        WHERE jsonb_exists(g.document -> 'plans', a.value #>> '{}')
            OR g.document -> 'plans' @> jsonb_build_array(jsonb_build_object('plan', a.value))
            OR jsonb_exists(g.document -> 'words' -> 'plans', a.value #>> '{}')
    )
GROUP BY 1 ORDER BY accounts DESC, plan;
