-- In the demo's own database the present is the demo's: what is published is so at the simulated
-- instant of its record, what the door refuses at the instant that the session is set to.
CREATE OR REPLACE FUNCTION sla.demo_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.published_at := sla.at(NEW.stamp_us);
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER demo_published BEFORE INSERT ON sla.outbox
FOR EACH ROW EXECUTE FUNCTION sla.demo_published();
ALTER TABLE sla.door_refusals ALTER COLUMN refused_at SET DEFAULT sla.clock();
