"""An agreement with forty planted faults: one run tells all of them, with line and remedy."""

from pathlib import Path

import pytest

from sla.agreement_files import FileFaults, load

PLANTED = """\
name: planted
version: "1"
effective_from: 2026-01-01T00:00
zone: Asia/Hong_Kong
aplies_to: {sources: ["*"]}
plans: [silver, gold]
severities: [minor, major]
years: 2026
holidays:
  hk: {source: the town, years: 2026, days: {2026-02-30: No such day}}
calendars:
  office:
    hours:
      mon-fri: 09:00-25:00
      satt: 09:00-12:00
    holidays: hk
  never:
    hours: {mon-sun: closed}
  shop:
    hours: {mon-fri: 09:00-17:00}
settings:
  reopen: new_cicle
  on_upgrade: restrat
  first_response_by: [public_reply_agent, "status_category:solved"]
  merge: absorb_history
  first_response_pauses: []
  close_bounary: next_open
unknown: {plan: null}
rules:
  - name: everybody
    grant: silver
  - name: too late
    when: {account.sdk: false}
    grant: nothing
ladders:
  up:
    - {at: -2 hours, level: team, notify: [team]}
    - {at: 100%, level: team, notify: [lead]}
  late:
    - {at: +1 business_days, level: boss, notify: [boss]}
targets:
  first_response:
    kind: first_response
    ladder: up
    promises:
      silver:
        minor: {budget: 1 day, calendar: shop}
        minor: none
        major: {budget: 1 hours, calendar: always}
      gold: {minor: {budget: 2 hours, calendar: shop}}
  next_reply:
    kind: next_repply
    promises: {all: {all: {calendar: shop, budget: 1 hours, pause: []}}}
  periodic_update:
    kind: periodic_update
    from_opening: sometimes
    next_reply_start: opening_message
    promises: {all: {all: {calendar: shop, release: maintenance}}}
  resolution:
    kind: resolution
    day_rule: end_of_nth_day
    from_opening: true
    pauses: [waiting_on_custmer]
    ladder: late
    promises:
      silver: {all: {calendar: shop, budget: 1.5 business_days}}
      gold: {all: {calendar: shop, budget: 2 business_days, day_rule: same_clok}}
  agent_work:
    kind: agent_work
    on_downgrade: freeze
    promises: {all: {all: {calendar: shop, ladder: up}}}
  ownership:L2:
    kind: ownership
    reopen: new_cycle
    team: [L2]
    promises: {all: {all: {calendar: shop, budget: 0 hours}}}
  promise:
    kind: time_to_own
    promises: {all: {all: {calendar: shop, at_risk_threshold: 200%}}}
"""

# Where, and how the line goes on: the problem, the remedy.
TOLD = """\
1:1: applies_to is missing — add the key applies_to
3:1: effective_from: '2026-01-01T00:00' is no instant with a zone — write one like
5:1: aplies_to: unknown key 'aplies_to' — did you mean applies_to?
10:46: holidays.hk.days.2026-02-30: '2026-02-30' is no date — write one like 2026-04-03
14:7: calendars.office.hours.mon-fri: '25:00' is no time of day — write 00:00 to 24:00
15:7: calendars.office.hours.satt: unknown weekday 'satt' — did you mean sat?
17:3: calendars.never: it never opens — give it hours
22:3: settings.reopen: no reopen 'new_cicle' — did you mean new_cycle?
23:3: settings.on_upgrade: no on_upgrade 'restrat' — did you mean restart?
24:43: settings.first_response_by.1: no status category 'solved' — did you mean resolved?
25:3: settings.merge: not offered: merge 'absorb_history' — offered: void_source
26:3: settings.first_response_pauses: first_response_pauses is chosen for each target — write pauses
27:3: settings.close_bounary: unknown setting 'close_bounary' — did you mean close_boundary?
28:11: unknown.plan: no rule reads the fact plan — take it out
32:5: rules.1: it grants nothing without a reason — add a reason
32:5: rules.1: no ticket gets to this rule, as one above it matches all — move it up
33:12: rules.1.when.account.sdk: the rule reads the fact sdk, which may be unknown — say under
37:8: ladders.up.0.at: -2 hours lies before the start of first_response, plan silver, severity major
38:18: ladders.up.1.level: level team stands here twice — give each step a level of its own
40:8: ladders.late.0.at: under day_rule end_of_nth_day a business day ends at an instant and has no
45:5: targets.first_response.promises: nothing is said of plan gold, severity major — add
47:17: targets.first_response.promises.silver.minor.budget: a bare day may be 24 hours or an office
48:9: a second 'minor'; the first is in line 47 — leave one of them
49:34: targets.first_response.promises.silver.major.calendar: no calendar 'always' — write one of
52:5: targets.next_reply.kind: no kind 'next_repply' — did you mean next_reply?
53:61: targets.next_reply.promises.all.all.pause: unknown key 'pause' — did you mean pauses?
56:5: targets.periodic_update.from_opening: 'sometimes' is neither true nor false — write true or
57:5: targets.periodic_update.next_reply_start: next_reply_start means nothing for periodic_update —
58:44: targets.periodic_update.promises.all.all.release: release means nothing for periodic_update —
62:5: targets.resolution.from_opening: from_opening means nothing for resolution — take it out; it
63:14: targets.resolution.pauses.0: no status category that pauses 'waiting_on_custmer' — did you
66:38: targets.resolution.promises.silver.all.budget: 1.5 business_days is no whole number of days
67:61: targets.resolution.promises.gold.all.day_rule: no day_rule 'same_clok' — did you mean same_
70:5: targets.agent_work.on_downgrade: on_downgrade means nothing for agent_work — take it out; it
71:44: targets.agent_work.promises.all.all.ladder: ladder means nothing for agent_work — take it o
74:5: targets.ownership:L2.reopen: reopen means nothing for ownership — take it out; it is for
75:5: targets.ownership:L2.team: a list is no title — write 1 to 80 characters on one line
76:44: targets.ownership:L2.promises.all.all.budget: 0 hours is not more than nothing — write an
77:3: targets.promise: `promise` names what agents promise (3.12) — choose another name
79:44: targets.promise.promises.all.all.at_risk_threshold: '200%' is no share — write a share like
"""


def test_forty_planted_faults_in_one_run(tmp_path: Path) -> None:
    file = tmp_path / "planted.yaml"
    file.write_text(PLANTED)
    with pytest.raises(FileFaults) as refused:
        load(file)
    told = TOLD.splitlines()
    assert len(told) == 40
    for line, start in zip(refused.value.lines, told, strict=True):
        assert line.startswith(f"{file}:{start}"), f"{line}\nis not\n{start}"
        problem, dash, remedy = line.partition(" — ")
        assert problem
        assert dash
        assert remedy
