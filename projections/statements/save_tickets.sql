-- The staged images of tickets and their timers. An image that is not newer than what is held is
-- passed over, its timers with it. A timer that has not changed is not written again. Gives the
-- tickets whose image shows all their timers: see drop_vanished.sql. Parts of a ticket that are
-- told apart (`schemas.outbound.PARTS`): 1 status, 2 owner, 4 promised, 8 gone, 16 said.
WITH whole AS (
    INSERT INTO sla.tickets AS held (
        source, ticket, partition, position, detected_at, judged_at, opened_at, waiting, status,
        status_category, severity_word, severity, account, category, channel, team, agent,
        agreement, version, decision, first_resolved_at, resolved_at, gone, merged_into, verdict,
        last_event_at, facts, unmapped
    )
    SELECT
        source, ticket, partition, position, sla.at(detected_us), sla.at(judged_us),
        sla.at(opened_us), waiting, status, status_category, severity_word, severity, account,
        category, channel, team, agent, agreement, version, decision, sla.at(first_resolved_us),
        sla.at(resolved_us), gone, merged_into, verdict, sla.at(last_event_us), facts, unmapped
    FROM staged_tickets
    WHERE changed IS NULL
    ON CONFLICT (source, ticket) DO UPDATE SET
        partition = excluded.partition,
        position = excluded.position,
        detected_at = excluded.detected_at,
        judged_at = excluded.judged_at,
        opened_at = excluded.opened_at,
        waiting = excluded.waiting,
        status = excluded.status,
        status_category = excluded.status_category,
        severity_word = excluded.severity_word,
        severity = excluded.severity,
        account = excluded.account,
        category = excluded.category,
        channel = excluded.channel,
        team = excluded.team,
        agent = excluded.agent,
        agreement = excluded.agreement,
        version = excluded.version,
        decision = excluded.decision,
        first_resolved_at = excluded.first_resolved_at,
        resolved_at = excluded.resolved_at,
        gone = excluded.gone,
        merged_into = excluded.merged_into,
        verdict = excluded.verdict,
        last_event_at = excluded.last_event_at,
        facts = excluded.facts,
        unmapped = excluded.unmapped
    WHERE held.position < excluded.position
    RETURNING source, ticket
), amended AS (
    UPDATE sla.tickets AS held SET
        partition = s.partition,
        position = s.position,
        detected_at = sla.at(s.detected_us),
        judged_at = sla.at(s.judged_us),
        waiting = s.waiting,
        last_event_at = sla.at(s.last_event_us),
        facts = s.facts,
        status = CASE WHEN s.changed & 1 <> 0 THEN s.status ELSE held.status END,
        status_category = CASE WHEN s.changed & 1 <> 0 THEN s.status_category ELSE held.status_category END,
        first_resolved_at = CASE WHEN s.changed & 1 <> 0 THEN sla.at(s.first_resolved_us) ELSE held.first_resolved_at END,
        resolved_at = CASE WHEN s.changed & 1 <> 0 THEN sla.at(s.resolved_us) ELSE held.resolved_at END,
        team = CASE WHEN s.changed & 2 <> 0 THEN s.team ELSE held.team END,
        agent = CASE WHEN s.changed & 2 <> 0 THEN s.agent ELSE held.agent END,
        severity_word = CASE WHEN s.changed & 4 <> 0 THEN s.severity_word ELSE held.severity_word END,
        severity = CASE WHEN s.changed & 4 <> 0 THEN s.severity ELSE held.severity END,
        account = CASE WHEN s.changed & 4 <> 0 THEN s.account ELSE held.account END,
        category = CASE WHEN s.changed & 4 <> 0 THEN s.category ELSE held.category END,
        agreement = CASE WHEN s.changed & 4 <> 0 THEN s.agreement ELSE held.agreement END,
        version = CASE WHEN s.changed & 4 <> 0 THEN s.version ELSE held.version END,
        decision = CASE WHEN s.changed & 4 <> 0 THEN s.decision ELSE held.decision END,
        gone = CASE WHEN s.changed & 8 <> 0 THEN s.gone ELSE held.gone END,
        merged_into = CASE WHEN s.changed & 8 <> 0 THEN s.merged_into ELSE held.merged_into END,
        verdict = CASE WHEN s.changed & 16 <> 0 THEN s.verdict ELSE held.verdict END,
        unmapped = CASE WHEN s.changed & 16 <> 0 THEN s.unmapped ELSE held.unmapped END
    FROM staged_tickets s
    WHERE s.changed IS NOT NULL AND s.source = held.source AND s.ticket = held.ticket
        AND held.position < s.position
    RETURNING held.source, held.ticket
), taken AS (
    SELECT source, ticket FROM whole
    UNION ALL
    SELECT source, ticket FROM amended
), saved AS (
    INSERT INTO sla.timers AS held (
        source, ticket, timer, cycle, target, kind, state, start_event, started_at, calendar,
        agreement, version, plan, severity, rule, spent_us, stretches, budget_us, deadline_at,
        first_deadline_at, ended_at, breached_at, running_since, at_risk_at, carried_us, levels,
        reason, survivor, predecessor, successor, team_at_start, team_at_deadline, severity_at_start,
        severity_at_deadline
    )
    SELECT
        source, ticket, timer, s.cycle, s.target, s.kind, s.state, s.start_event,
        sla.at(s.started_us), s.calendar, s.agreement, s.version, s.plan, s.severity, s.rule,
        s.spent_us,
        CASE
            WHEN s.stretches_from = 0 THEN s.stretches
            ELSE jsonb_path_query_array(
                before.stretches, '$[0 to $last]', jsonb_build_object('last', s.stretches_from - 1)
            ) || s.stretches
        END,
        s.budget_us, sla.at(s.deadline_us), sla.at(s.first_deadline_us), sla.at(s.ended_us),
        sla.at(s.breached_us), sla.at(s.running_since_us), sla.at(s.at_risk_us), s.carried_us,
        s.levels, s.reason, s.survivor, s.predecessor, s.successor, s.team_at_start,
        s.team_at_deadline, s.severity_at_start, s.severity_at_deadline
    FROM staged_timers s
    JOIN taken USING (source, ticket)
    LEFT JOIN sla.timers before USING (source, ticket, timer)
    ON CONFLICT (source, ticket, timer) DO UPDATE SET
        cycle = excluded.cycle,
        target = excluded.target,
        kind = excluded.kind,
        state = excluded.state,
        start_event = excluded.start_event,
        started_at = excluded.started_at,
        calendar = excluded.calendar,
        agreement = excluded.agreement,
        version = excluded.version,
        plan = excluded.plan,
        severity = excluded.severity,
        rule = excluded.rule,
        spent_us = excluded.spent_us,
        stretches = excluded.stretches,
        budget_us = excluded.budget_us,
        deadline_at = excluded.deadline_at,
        first_deadline_at = excluded.first_deadline_at,
        ended_at = excluded.ended_at,
        breached_at = excluded.breached_at,
        running_since = excluded.running_since,
        at_risk_at = excluded.at_risk_at,
        carried_us = excluded.carried_us,
        levels = excluded.levels,
        reason = excluded.reason,
        survivor = excluded.survivor,
        predecessor = excluded.predecessor,
        successor = excluded.successor,
        team_at_start = excluded.team_at_start,
        team_at_deadline = excluded.team_at_deadline,
        severity_at_start = excluded.severity_at_start,
        severity_at_deadline = excluded.severity_at_deadline
    WHERE held IS DISTINCT FROM excluded
)
SELECT source, ticket FROM whole
