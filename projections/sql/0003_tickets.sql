CREATE SCHEMA sla_v1;
COMMENT ON SCHEMA sla_v1 IS
'What analysts read. Columns are a promise: only ever added to. Instants are timestamptz; lengths are exact seconds and end in _s; dates are local to the agreement''s reporting zone. Live figures are as of now, or as of the session''s setting sla.now.';

CREATE VIEW sla_v1.tickets AS
SELECT
    k.source,
    k.ticket,
    k.opened_at,
    (k.opened_at AT TIME ZONE coalesce(a.zone, 'UTC'))::date AS opened_date,
    k.opened_at IS NULL AS is_orphan,
    k.waiting AS events_waiting,
    k.status,
    k.status_category,
    k.resolved_at IS NOT NULL AS is_resolved,
    k.severity_word,
    k.severity,
    k.account,
    k.category,
    k.channel,
    k.team,
    k.agent,
    k.agreement,
    k.version AS agreement_version,
    k.decision ->> 'plan' AS plan,
    k.decision ->> 'rule' AS matched_rule,
    k.decision ->> 'reason' AS no_promise_reason,
    k.decision -> 'passed' AS rules_passed,
    k.decision -> 'assumed' AS facts_assumed,
    k.first_resolved_at,
    k.resolved_at,
    k.gone,
    k.merged_into,
    (
        WITH RECURSIVE way (ticket, onward) AS (
            SELECT k.ticket, k.merged_into
            UNION
            SELECT way.onward, n.merged_into
            FROM way LEFT JOIN sla.tickets n ON n.source = k.source AND n.ticket = way.onward
            WHERE way.onward IS NOT NULL
        )
        SELECT way.ticket FROM way WHERE way.onward IS NULL AND k.merged_into IS NOT NULL
    ) AS last_survivor,
    k.verdict AS source_verdict,
    k.last_event_at,
    k.facts AS events,
    k.unmapped AS unmapped_words,
    k.judged_at,
    k.detected_at,
    k.partition,
    k.position,
    s.watermark_at AS data_complete_to
FROM sla.tickets k
LEFT JOIN sla.agreements a ON a.agreement = k.agreement AND a.version = k.version
LEFT JOIN sla.sources s ON s.source = k.source;

COMMENT ON VIEW sla_v1.tickets IS 'One row a ticket, as it stands, promised anything or not.';
COMMENT ON COLUMN sla_v1.tickets.source IS 'The helpdesk it lives in; with ticket, its identity.';
COMMENT ON COLUMN sla_v1.tickets.ticket IS 'Its id in the source.';
COMMENT ON COLUMN sla_v1.tickets.opened_at IS 'When it was opened, by the source; null for an orphan.';
COMMENT ON COLUMN sla_v1.tickets.opened_date IS 'The day it was opened, in the agreement''s reporting zone (UTC without agreement).';
COMMENT ON COLUMN sla_v1.tickets.is_orphan IS 'Events came for it, but its opening has not (1.7).';
COMMENT ON COLUMN sla_v1.tickets.events_waiting IS 'Events held until its opening is known.';
COMMENT ON COLUMN sla_v1.tickets.status IS 'Status in the helpdesk''s own word.';
COMMENT ON COLUMN sla_v1.tickets.status_category IS 'What the status means: open, in_progress, waiting_on_customer, waiting_on_third_party, resolved, closed (1.4).';
COMMENT ON COLUMN sla_v1.tickets.is_resolved IS 'Whether it is resolved now (3.8).';
COMMENT ON COLUMN sla_v1.tickets.severity_word IS 'Severity in the helpdesk''s own word.';
COMMENT ON COLUMN sla_v1.tickets.severity IS 'What that word means in the agreement; null: no severity.';
COMMENT ON COLUMN sla_v1.tickets.account IS 'The account it belongs to.';
COMMENT ON COLUMN sla_v1.tickets.category IS 'What it is about, as the agreement names it.';
COMMENT ON COLUMN sla_v1.tickets.channel IS 'How it came in.';
COMMENT ON COLUMN sla_v1.tickets.team IS 'The team it is with now.';
COMMENT ON COLUMN sla_v1.tickets.agent IS 'The agent it is with now.';
COMMENT ON COLUMN sla_v1.tickets.agreement IS 'The agreement it falls under; null: none applies.';
COMMENT ON COLUMN sla_v1.tickets.agreement_version IS 'The version of that agreement.';
COMMENT ON COLUMN sla_v1.tickets.plan IS 'The plan granted; null: nothing is promised (5.2).';
COMMENT ON COLUMN sla_v1.tickets.matched_rule IS 'The entitlement rule that decided (5.2).';
COMMENT ON COLUMN sla_v1.tickets.no_promise_reason IS 'Why nothing is promised: no_agreement, no_rule, not_covered, no_severity, ...';
COMMENT ON COLUMN sla_v1.tickets.rules_passed IS 'Rules passed over, each with its first condition that failed: [[rule, condition], ...].';
COMMENT ON COLUMN sla_v1.tickets.facts_assumed IS 'Facts never stated, taken as the agreement says (5.1).';
COMMENT ON COLUMN sla_v1.tickets.first_resolved_at IS 'When it was first resolved; a later reopening does not change it (4.7).';
COMMENT ON COLUMN sla_v1.tickets.resolved_at IS 'Since when it is resolved; null while it is not.';
COMMENT ON COLUMN sla_v1.tickets.gone IS 'merged, deleted or spam; null: it is there (4.8).';
COMMENT ON COLUMN sla_v1.tickets.merged_into IS 'The ticket it was merged into.';
COMMENT ON COLUMN sla_v1.tickets.last_survivor IS 'The ticket at the end of the chain of merges; null: not merged, or the merges run in a circle (4.8).';
COMMENT ON COLUMN sla_v1.tickets.source_verdict IS 'What the source itself says became of its promise: met or missed.';
COMMENT ON COLUMN sla_v1.tickets.last_event_at IS 'When its last event happened, by the source.';
COMMENT ON COLUMN sla_v1.tickets.events IS 'Events known of it.';
COMMENT ON COLUMN sla_v1.tickets.unmapped_words IS 'Words of it without meaning in the mapping: [[field, word], ...] (1.4).';
COMMENT ON COLUMN sla_v1.tickets.judged_at IS 'Up to when it was judged.';
COMMENT ON COLUMN sla_v1.tickets.detected_at IS 'Stamp of the journal record after which it was last judged (1.2).';
COMMENT ON COLUMN sla_v1.tickets.partition IS 'Partition of the journal it belongs to.';
COMMENT ON COLUMN sla_v1.tickets.position IS 'Journal position after which it stands like this.';
COMMENT ON COLUMN sla_v1.tickets.data_complete_to IS 'Everything its source said up to here is in (7.4); null: the source has not said.';
