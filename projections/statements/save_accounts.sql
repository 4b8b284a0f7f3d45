-- Statements about accounts; an event states one fact and is never changed.
INSERT INTO sla.accounts (account, event, fact, value, effective_at, stated_at, position)
SELECT account, event, fact, value::jsonb, sla.at(effective_us), sla.at(stated_us), position
FROM json_to_recordset(%(rows)s::json) m (
    account text, event text, fact text, value text, effective_us bigint, stated_us bigint,
    position bigint
)
ON CONFLICT (account, event) DO NOTHING
