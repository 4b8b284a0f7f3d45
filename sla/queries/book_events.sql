-- What the tracker keeps of agreements, closures and releases, as it was said.
SELECT key, entry FROM sla.book_entries
WHERE partition = 0 AND starts_with(key, 'event ')
    AND convert_from(entry, 'UTF8')::json ->> 'type' NOT IN ('account.fact_stated.v1')
ORDER BY key;
