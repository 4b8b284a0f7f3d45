-- Compiled calendars, and working time counted by them.
CREATE TABLE sla.calendars (
    calendar text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    zone text NOT NULL,
    calendar_version text NOT NULL,
    always boolean NOT NULL,
    day_length_us bigint NOT NULL,
    begin_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL,
    position bigint NOT NULL
);

-- They touch and go on for ever both ways: what is not compiled stands as `unknown`, so a lookup
-- never misses. `open_before_us` is the open time from the beginning of the compiled years to it.
CREATE TABLE sla.calendar_spans (
    calendar text COLLATE "C" NOT NULL,
    from_at timestamptz NOT NULL,
    to_at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('open', 'closed', 'holiday', 'closure', 'unknown')),
    name text NOT NULL,
    open_before_us bigint NOT NULL,
    PRIMARY KEY (calendar, from_at)
);

-- Microseconds since 1970 as an instant; exact below 2^53, which is the year 2255.
CREATE FUNCTION sla.at(us bigint) RETURNS timestamptz
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN timestamptz 'epoch' + us * interval '1 microsecond';

-- The length of [a, b) in microseconds, exact; negative when b is before a.
CREATE FUNCTION sla.wall_us(a timestamptz, b timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (extract(epoch FROM b - a) * 1000000)::bigint;

-- Microseconds as seconds, exact, with six decimals.
CREATE FUNCTION sla.seconds(us bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN us * 0.000001;

-- Now; or what the session says it is: SET sla.now = '2026-04-02T10:00Z' asks as of then, by what
-- is known today. Tests and simulations need it.
CREATE FUNCTION sla.clock() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('sla.now', true), '')::timestamptz, now());

-- Open time of `cal` in [a, b), microseconds; 0 when b is not after a, null without calendar.
-- Security definer: readers reach it through the views and have no right to the spans themselves.
CREATE FUNCTION sla.open_us(cal text, a timestamptz, b timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF b <= a THEN
        RETURN 0;
    END IF;
    RETURN (
        SELECT open_before_us + CASE kind WHEN 'open' THEN sla.wall_us(from_at, b) ELSE 0 END
        FROM sla.calendar_spans WHERE calendar = cal AND from_at <= b ORDER BY from_at DESC LIMIT 1
    ) - (
        SELECT open_before_us + CASE kind WHEN 'open' THEN sla.wall_us(from_at, a) ELSE 0 END
        FROM sla.calendar_spans WHERE calendar = cal AND from_at <= a ORDER BY from_at DESC LIMIT 1
    );
END
$$;
