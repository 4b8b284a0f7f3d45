CREATE VIEW sla_v1.agreements AS
SELECT
    agreement, version, effective_from, zone,
    at_risk_permille / 10.0 AS at_risk_pct,
    document, position
FROM sla.agreements;

COMMENT ON VIEW sla_v1.agreements IS 'One row a version of an agreement; versions are never edited (4.6).';
COMMENT ON COLUMN sla_v1.agreements.agreement IS 'Its name.';
COMMENT ON COLUMN sla_v1.agreements.version IS 'Its version.';
COMMENT ON COLUMN sla_v1.agreements.effective_from IS 'New tickets fall under it from here on.';
COMMENT ON COLUMN sla_v1.agreements.zone IS 'Its reporting zone: months are months of this zone (8.2).';
COMMENT ON COLUMN sla_v1.agreements.at_risk_pct IS 'A timer is at risk from this share of its budget on, unless its target says otherwise (6.1).';
COMMENT ON COLUMN sla_v1.agreements.document IS 'The whole agreement.';
COMMENT ON COLUMN sla_v1.agreements.position IS 'Journal position at which it came.';

CREATE VIEW sla_v1.accounts AS
SELECT
    account, fact, value, effective_at,
    lead(effective_at) OVER (PARTITION BY account, fact ORDER BY effective_at, stated_at, event)
        AS holds_until,
    stated_at, event, position
FROM sla.accounts;

COMMENT ON VIEW sla_v1.accounts IS 'Dated facts about accounts, one row a statement (5.1). A row of which effective_at = holds_until was overruled at once.';
COMMENT ON COLUMN sla_v1.accounts.account IS 'The account.';
COMMENT ON COLUMN sla_v1.accounts.fact IS 'What is stated: plan, sdk, onboarded, ...';
COMMENT ON COLUMN sla_v1.accounts.value IS 'What it is.';
COMMENT ON COLUMN sla_v1.accounts.effective_at IS 'From when it holds.';
COMMENT ON COLUMN sla_v1.accounts.holds_until IS 'Until when: the next statement of the same fact; null: it holds still.';
COMMENT ON COLUMN sla_v1.accounts.stated_at IS 'When it was stated.';
COMMENT ON COLUMN sla_v1.accounts.event IS 'The event that stated it.';
COMMENT ON COLUMN sla_v1.accounts.position IS 'Journal position at which it came.';

CREATE VIEW sla_v1.calendars AS
SELECT
    calendar, name, zone, calendar_version, NOT always AS is_business_time,
    sla.seconds(day_length_us) AS day_length_s, begin_at, end_at, position
FROM sla.calendars;

COMMENT ON VIEW sla_v1.calendars IS 'The calendars as compiled last, one row each.';
COMMENT ON COLUMN sla_v1.calendars.calendar IS 'agreement version/name, as timers say it.';
COMMENT ON COLUMN sla_v1.calendars.name IS 'Its name in the agreement.';
COMMENT ON COLUMN sla_v1.calendars.zone IS 'Its time zone.';
COMMENT ON COLUMN sla_v1.calendars.calendar_version IS 'Digest of hours, holidays, closures and zone rules.';
COMMENT ON COLUMN sla_v1.calendars.is_business_time IS 'It closes at times; false: around the clock.';
COMMENT ON COLUMN sla_v1.calendars.day_length_s IS 'Nominal open time of a day, by which business days are counted (2.5).';
COMMENT ON COLUMN sla_v1.calendars.begin_at IS 'Where its compiled years begin.';
COMMENT ON COLUMN sla_v1.calendars.end_at IS 'Where they end; a deadline beyond is unknown (2.7).';
COMMENT ON COLUMN sla_v1.calendars.position IS 'Journal position at which it was compiled.';

CREATE VIEW sla_v1.calendar_spans AS
SELECT
    s.calendar, s.from_at, s.to_at,
    (s.from_at AT TIME ZONE c.zone)::date AS from_date,
    s.kind, s.name,
    sla.seconds(CASE WHEN s.kind = 'open' THEN sla.wall_us(s.from_at, s.to_at) ELSE 0 END)
        AS working_s,
    sla.seconds(s.open_before_us) AS open_before_s
FROM sla.calendar_spans s
JOIN sla.calendars c ON c.calendar = s.calendar;

COMMENT ON VIEW sla_v1.calendar_spans IS 'When each calendar is open and why it is not; the spans touch and none is missing.';
COMMENT ON COLUMN sla_v1.calendar_spans.calendar IS 'The calendar, as timers say it.';
COMMENT ON COLUMN sla_v1.calendar_spans.from_at IS 'When it begins; the span holds this instant.';
COMMENT ON COLUMN sla_v1.calendar_spans.to_at IS 'When it ends; the span does not hold this instant.';
COMMENT ON COLUMN sla_v1.calendar_spans.from_date IS 'The day it begins, in the calendar''s zone.';
COMMENT ON COLUMN sla_v1.calendar_spans.kind IS 'open, closed, holiday, closure, or unknown outside the compiled years.';
COMMENT ON COLUMN sla_v1.calendar_spans.name IS 'Of the holiday or closure, else empty.';
COMMENT ON COLUMN sla_v1.calendar_spans.working_s IS 'Open time in it.';
COMMENT ON COLUMN sla_v1.calendar_spans.open_before_s IS 'Open time from the beginning of the compiled years to it.';

CREATE VIEW sla_v1.unmapped_words AS
SELECT
    k.source, w.word ->> 0 AS field, w.word ->> 1 AS word,
    count(*) AS tickets, min(k.ticket) AS example_ticket, max(k.last_event_at) AS last_event_at
FROM sla.tickets k CROSS JOIN LATERAL jsonb_array_elements(k.unmapped) w (word)
WHERE k.unmapped <> '[]'
GROUP BY k.source, field, w.word ->> 1;

COMMENT ON VIEW sla_v1.unmapped_words IS 'Words of helpdesks that the mapping gives no meaning; they changed nothing (1.4). Publish a mapping and they are judged anew.';
COMMENT ON COLUMN sla_v1.unmapped_words.source IS 'The helpdesk that says it.';
COMMENT ON COLUMN sla_v1.unmapped_words.field IS 'Where it stands: status, severity, role, ...';
COMMENT ON COLUMN sla_v1.unmapped_words.word IS 'The word.';
COMMENT ON COLUMN sla_v1.unmapped_words.tickets IS 'On how many tickets.';
COMMENT ON COLUMN sla_v1.unmapped_words.example_ticket IS 'One of them.';
COMMENT ON COLUMN sla_v1.unmapped_words.last_event_at IS 'When one of them last had an event.';

CREATE VIEW sla_v1.orphans AS
SELECT
    k.source, k.ticket, k.waiting AS events_waiting, k.detected_at, k.position
FROM sla.tickets k WHERE k.opened_at IS NULL AND k.waiting > 0;

COMMENT ON VIEW sla_v1.orphans IS 'Tickets of which events came but no opening; nothing is decided until it comes (1.7).';
COMMENT ON COLUMN sla_v1.orphans.source IS 'The helpdesk.';
COMMENT ON COLUMN sla_v1.orphans.ticket IS 'The ticket''s id in the source.';
COMMENT ON COLUMN sla_v1.orphans.events_waiting IS 'Events held for it.';
COMMENT ON COLUMN sla_v1.orphans.detected_at IS 'Stamp of the journal record that brought the last of them.';
COMMENT ON COLUMN sla_v1.orphans.position IS 'Journal position of that record.';
