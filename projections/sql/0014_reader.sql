-- Who only reads: the views, and nothing else. Give a login this role: GRANT sla_reader TO ...
-- Roles belong to the whole server, so another database of it may have made it already.
DO $$
BEGIN
    CREATE ROLE sla_reader NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
GRANT USAGE ON SCHEMA sla_v1 TO sla_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA sla_v1 TO sla_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA sla_v1 GRANT SELECT ON TABLES TO sla_reader;
