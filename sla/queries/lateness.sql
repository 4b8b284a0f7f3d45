-- From the deadline to the moment when the breach left the tracker, of breaches that alert and
-- correct nothing, published in the last hour; by partition.
SELECT
    partition,
    count(*) AS breaches,
    sla.seconds(percentile_disc(0.5) WITHIN GROUP (
        ORDER BY sla.wall_us(effective_at, published_at))) AS median_s,
    sla.seconds(max(sla.wall_us(effective_at, published_at))) AS max_s
FROM sla.outcomes
WHERE type = 'sla.timer_breached.v1' AND alerting AND NOT corrected
    AND published_at > sla.clock() - interval '1 hour'
    AND effective_at > sla.clock() - interval '1 day'
GROUP BY partition
ORDER BY partition;
