-- In a cluster it is the intake that refuses: its letters come from a topic, each with a key by
-- which one that is there twice is known.
ALTER TABLE sla.door_refusals ADD COLUMN letter text UNIQUE;

-- Where the topic goes on after what is in the rows.
CREATE TABLE sla.letter_offset (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    resume bigint NOT NULL
);

COMMENT ON COLUMN sla_v1.dead_letters.refused_by IS 'door: it could not become an event, at the door or the intake of a cluster; tracker: it could not be taken into a history.';
