-- Now as the views have it, and the zone in which to tell of all agreements together.
SELECT
    coalesce(nullif(current_setting('sla.now', true), '')::timestamptz, now()) AS now,
    CASE WHEN count(DISTINCT zone) = 1 THEN min(zone) ELSE 'UTC' END AS zone
FROM sla_v1.agreements;
