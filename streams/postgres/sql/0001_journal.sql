-- The journal and what the tracker keeps beside it: one writer, one transaction a commit.
CREATE SCHEMA IF NOT EXISTS sla;

-- The last position and stamp given; its row lock is held to commit, so positions have no gaps
-- and stamps never go back.
CREATE TABLE sla.journal_head (
    partition integer PRIMARY KEY,
    position bigint NOT NULL,
    stamp_us bigint NOT NULL
);
INSERT INTO sla.journal_head VALUES (0, 0, 0);

CREATE TABLE sla.journal (
    partition integer NOT NULL,
    position bigint NOT NULL,
    stamp_us bigint NOT NULL,
    events bytea NOT NULL,
    PRIMARY KEY (partition, position)
);

-- How far the tracker has read, and the partition's time. Guarded: UPDATE ... WHERE position = expected.
CREATE TABLE sla.tracker_position (
    partition integer PRIMARY KEY,
    position bigint NOT NULL,
    clock_us bigint NOT NULL
);
INSERT INTO sla.tracker_position VALUES (0, 0, 0);

CREATE TABLE sla.ticket_states (
    partition integer NOT NULL,
    ticket text NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (partition, ticket)
) WITH (fillfactor = 70);

CREATE TABLE sla.book_entries (
    partition integer NOT NULL,
    key text NOT NULL,
    entry bytea NOT NULL,
    PRIMARY KEY (partition, key)
);

-- What was published, in order: a JSON array of messages for each record that had effects.
CREATE TABLE sla.outbox (
    partition integer NOT NULL,
    position bigint NOT NULL,
    stamp_us bigint NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    messages bytea NOT NULL,
    PRIMARY KEY (partition, position)
);

-- What the door refused before it could become an event, with the reason.
CREATE TABLE sla.door_refusals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    refused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    event text,
    source text,
    subject text,
    reason text NOT NULL,
    detail text NOT NULL,
    body text NOT NULL
);
