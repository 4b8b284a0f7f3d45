INSERT INTO sla.agreements AS held (
    agreement, version, effective_from, zone, at_risk_permille, document, position
)
SELECT agreement, version, sla.at(effective_us), zone, at_risk_permille, document::jsonb, position
FROM json_to_recordset(%(rows)s::json) m (
    agreement text, version text, effective_us bigint, zone text, at_risk_permille integer,
    document text, position bigint
)
ON CONFLICT (agreement, version) DO UPDATE SET
    effective_from = excluded.effective_from,
    zone = excluded.zone,
    at_risk_permille = excluded.at_risk_permille,
    document = excluded.document,
    position = excluded.position
WHERE held.position < excluded.position
