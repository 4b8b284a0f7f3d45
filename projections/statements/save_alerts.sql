-- The newest word on each alert of the batch.
INSERT INTO sla.alerts AS held SELECT * FROM staged_alerts
ON CONFLICT (source, ticket, timer, kind, level) DO UPDATE SET
    identity = excluded.identity,
    revision = excluded.revision,
    step = excluded.step,
    notify = excluded.notify,
    effective_at = excluded.effective_at,
    detected_at = excluded.detected_at,
    published_at = excluded.published_at,
    cause = excluded.cause,
    corrected = excluded.corrected,
    latest = excluded.latest,
    alerting = excluded.alerting,
    partition = excluded.partition,
    position = excluded.position,
    index = excluded.index
WHERE (held.position, held.index) < (excluded.position, excluded.index)
