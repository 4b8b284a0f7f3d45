-- The projector's own tables. Free to change: analysts read the views of schema sla_v1.
-- Keys are compared as bytes, so that an index serves every locale and ids sort the same anywhere.
-- The ticket comes first in them: people ask by it alone, and it tells rows apart sooner.
CREATE SCHEMA IF NOT EXISTS sla;

-- How far each partition is projected. Guarded: UPDATE ... WHERE position = expected.
CREATE TABLE sla.positions (
    partition integer PRIMARY KEY,
    position bigint NOT NULL,
    stamped_at timestamptz,
    published_at timestamptz,
    projected_at timestamptz
);
INSERT INTO sla.positions (partition, position) VALUES (0, 0);

CREATE TABLE sla.tickets (
    source text COLLATE "C" NOT NULL,
    ticket text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    position bigint NOT NULL,
    detected_at timestamptz NOT NULL,
    judged_at timestamptz NOT NULL,
    opened_at timestamptz,
    waiting integer NOT NULL,
    status text,
    status_category text,
    severity_word text,
    severity text,
    account text,
    category text,
    channel text,
    team text,
    agent text,
    agreement text,
    version text,
    decision jsonb,
    first_resolved_at timestamptz,
    resolved_at timestamptz,
    gone text,
    merged_into text COLLATE "C",
    verdict text,
    last_event_at timestamptz,
    facts integer NOT NULL,
    unmapped jsonb NOT NULL,
    timer_ids text NOT NULL, -- a JSON array
    timers_changed boolean NOT NULL, -- whether the last image had other timers than the one before
    PRIMARY KEY (ticket, source)
) WITH (fillfactor = 70);

CREATE INDEX tickets_unmapped ON sla.tickets (source) WHERE unmapped <> '[]';
CREATE INDEX tickets_orphans ON sla.tickets (source) WHERE opened_at IS NULL;

-- Stretches as the tracker says them: [from_us, to_us or null, kind, cause, label].
CREATE TABLE sla.timers (
    source text COLLATE "C" NOT NULL,
    ticket text COLLATE "C" NOT NULL,
    timer text COLLATE "C" NOT NULL,
    cycle integer NOT NULL,
    target text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    start_event text NOT NULL,
    started_at timestamptz NOT NULL,
    calendar text NOT NULL,
    agreement text NOT NULL,
    version text NOT NULL,
    plan text NOT NULL,
    severity text NOT NULL,
    rule text NOT NULL,
    spent_us bigint NOT NULL,
    stretches jsonb NOT NULL,
    budget_us bigint,
    deadline_at timestamptz,
    first_deadline_at timestamptz,
    ended_at timestamptz,
    breached_at timestamptz,
    running_since timestamptz,
    at_risk_at timestamptz,
    carried_us bigint NOT NULL,
    levels jsonb NOT NULL,
    reason text,
    survivor text COLLATE "C",
    predecessor text,
    successor text,
    team_at_start text,
    team_at_deadline text,
    severity_at_start text,
    severity_at_deadline text,
    PRIMARY KEY (ticket, source, timer)
) WITH (fillfactor = 70);

CREATE INDEX timers_by_deadline ON sla.timers (deadline_at);
-- What is open stays little while what has ended grows.
CREATE INDEX timers_open ON sla.timers (deadline_at) WHERE ended_at IS NULL;

-- Every publication of every outcome, the withdrawals among them: never changed, never deleted.
CREATE TABLE sla.outcomes (
    partition integer NOT NULL,
    position bigint NOT NULL,
    index integer NOT NULL,
    identity text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    type text NOT NULL,
    retracts text,
    source text COLLATE "C" NOT NULL,
    ticket text COLLATE "C" NOT NULL,
    timer text COLLATE "C" NOT NULL,
    target text NOT NULL,
    level text,
    effective_at timestamptz NOT NULL,
    detected_at timestamptz NOT NULL,
    published_at timestamptz NOT NULL,
    cause text,
    corrected boolean NOT NULL,
    latest boolean NOT NULL,
    alerting boolean NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (partition, position, index)
);

CREATE INDEX outcomes_by_ticket ON sla.outcomes (ticket, source);
CREATE INDEX outcomes_notices ON sla.outcomes (identity, revision)
    WHERE type IN ('sla.timer_breached.v1', 'sla.timer_escalated.v1', 'sla.outcome_retracted.v1');
CREATE INDEX outcomes_breaches ON sla.outcomes (effective_at)
    WHERE type = 'sla.timer_breached.v1';

-- The newest word on each alert (semantics 7.1); whether its timer has ended is the timer's to say.
CREATE TABLE sla.alerts (
    source text COLLATE "C" NOT NULL,
    ticket text COLLATE "C" NOT NULL,
    timer text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('breach', 'escalation')),
    level text COLLATE "C" NOT NULL,
    identity text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    step text,
    notify jsonb,
    effective_at timestamptz NOT NULL,
    detected_at timestamptz NOT NULL,
    published_at timestamptz NOT NULL,
    cause text,
    corrected boolean NOT NULL,
    latest boolean NOT NULL,
    alerting boolean NOT NULL,
    partition integer NOT NULL,
    position bigint NOT NULL,
    index integer NOT NULL,
    PRIMARY KEY (ticket, source, timer, kind, level)
);

CREATE TABLE sla.agreements (
    agreement text NOT NULL,
    version text NOT NULL,
    effective_from timestamptz NOT NULL,
    zone text NOT NULL,
    at_risk_permille integer NOT NULL,
    document jsonb NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (agreement, version)
);

CREATE TABLE sla.accounts (
    account text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    fact text NOT NULL,
    value jsonb,
    effective_at timestamptz NOT NULL,
    stated_at timestamptz NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (account, event)
);

CREATE TABLE sla.sources (
    source text COLLATE "C" PRIMARY KEY,
    watermark_at timestamptz,
    last_event_at timestamptz,
    importing_until timestamptz,
    position bigint NOT NULL
);

CREATE TABLE sla.dead_letters (
    partition integer NOT NULL,
    position bigint NOT NULL,
    index integer NOT NULL,
    event text NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    body text NOT NULL,
    refused_at timestamptz NOT NULL,
    PRIMARY KEY (partition, position, index)
);
