"""How everything stands: what is due, what is late, what is in the way, and how current that is."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console

from schemas.instants import instant, moment
from sla.publish import OWNER_LOCK
from sla.show import LocalTime, counted, seconds, table
from sla.views import Row, Views

STATES: Final = (
    "running",
    "paused",
    "breached_open",
    "breached_ended",
    "met_late",
    "met",
    "superseded",
    "void",
)
HEADS: Final = {"breached_open": "breached, open", "breached_ended": "breached, ended"}


def overview(found: Views, source: str | None) -> dict[str, Any]:
    """The whole answer; `source` leaves out what is of other helpdesks."""
    targets = found.rows("overview_timers", source=source, now=moment(found.now))
    (waiting,) = found.rows("waiting", source=source)
    (tracker,) = found.rows("tracker", lock=OWNER_LOCK)
    lag = found.rows("lag")
    sums = ("at_risk", "due_in_15_min", "due_in_1_h", "due_today", "breached_open", "paused")
    return {
        "now": moment(found.now),
        "zone": found.zone,
        "sources": found.rows("sources", source=source),
        "lag": lag,
        # Of a cluster's workers nothing is known here.
        "tracker_at_work": tracker["at_work"] if lag else None,
        "targets": targets,
        **{name: sum(row[name] for row in targets) for name in sums},
        "no_promise": found.rows("no_promise", source=source),
        "unknown_plans": found.rows("unknown_plans", now=moment(found.now)),
        "unknown_deadlines": found.rows("unknown_deadlines", source=source),
        "merge_circles": found.rows("merge_circles", source=source),
        **waiting,
    }


def tell(out: Console, found: Views, answer: Mapping[str, Any]) -> None:
    """Prints it in plain words."""
    local = found.local
    out.print(f"now {local.at(found.now)}; {counted(answer['tickets'], 'ticket')}")
    for line in _sources(answer["sources"], local):
        out.print(line, soft_wrap=True)
    for row in answer["lag"]:
        out.print(_lag(row), soft_wrap=True)
    if not answer["lag"]:
        out.print("the rows come from a cluster; `sla lag` says how current they are")
    elif not answer["tracker_at_work"]:
        out.print("no tracker is at work: nothing comes due until `sla up` runs", soft_wrap=True)
    if not answer["targets"]:
        out.print("\nno timers yet; `sla send FILE` brings events in, `sla up` judges them")
    else:
        out.print()
        _timers(out, answer)
    _in_the_way(out, answer, local)


def _sources(sources: Sequence[Row], local: LocalTime) -> list[str]:
    if not sources:
        return ["no helpdesk has been heard of yet"]
    return [f"{row['source']}: {_complete(row, local)}" for row in sources]


def _complete(row: Row, local: LocalTime) -> str:
    if row["watermark_at"] is not None:
        said = f"data complete to {local.at(instant(row['watermark_at']))}"
    else:
        said = "it has not said up to when its data is complete"
        if row["last_event_at"] is not None:
            said += f", last event {local.at(instant(row['last_event_at']))}"
    if row["is_importing"]:
        until = local.at(instant(row["importing_until"]))
        return f"{said}; an import runs, judged up to {until}"
    if row["is_silent"]:
        return f"{said}; silent for {seconds(row['silence_s'])}: breaches since are provisional"
    return said


def _lag(row: Row) -> str:
    if not row["records"]:
        return f"up to date with the journal, at position {row['journal_position']}"
    return (
        f"behind the journal by {counted(row['records'], 'record')}, {seconds(row['seconds'])}: "
        f"{row['tracker_records']:,} to be judged, {row['projector_records']:,} to be shown"
    )


def _timers(out: Console, answer: Mapping[str, Any]) -> None:
    out.print(
        f"due in 15 min {answer['due_in_15_min']:,}, in 1 h {answer['due_in_1_h']:,}, "
        f"today {answer['due_today']:,}; at risk {answer['at_risk']:,}; "
        f"breached and open {answer['breached_open']:,}; paused {answer['paused']:,}"
    )
    out.print()
    heads = ("target", *(f">{HEADS.get(state, state.replace('_', ' '))}" for state in STATES))
    rows = [(row["target"], *(row[state] for state in STATES)) for row in answer["targets"]]
    out.print(table(heads, rows))


def _in_the_way(out: Console, answer: Mapping[str, Any], local: LocalTime) -> None:
    if answer["no_promise"]:
        reasons = (f"{row['tickets']:,} {row['reason']}" for row in answer["no_promise"])
        total = sum(row["tickets"] for row in answer["no_promise"])
        what = counted(total, "ticket")
        out.print(f"\nno promise for {what}: {', '.join(reasons)}", soft_wrap=True)
    for row in answer["unknown_plans"]:
        whose = counted(row["accounts"], "account")
        out.print(
            f"plan {row['plan']!r} of {whose}, such as {row['example_account']}, is in no "
            "agreement; it promises nothing (5.2)",
            soft_wrap=True,
        )
    for row in answer["unknown_deadlines"]:
        whose = counted(row["timers"], "running timer")
        out.print(
            f"the deadline of {whose}, such as of {row['example']}, is unknown (2.7): calendar "
            f"{row['calendar']} is known up to {local.at(instant(row['calendar_known_to']))}",
            soft_wrap=True,
        )
    for row in answer["merge_circles"]:
        out.print(
            f"{row['source']} {row['ticket']}: merged into {row['merged_into']}, and so on in a "
            "circle; none survives (4.8)",
            soft_wrap=True,
        )
    said = {
        "dead_letters": ("dead letter", "; `sla dead-letters` says why"),
        "orphans": ("ticket", " without its opening; nothing is decided of it (1.7)"),
        "unmapped_words": ("word", " without meaning in the mapping, of no effect (1.4)"),
    }
    for name, (what, text) in said.items():
        if answer[name]:
            out.print(f"{counted(answer[name], what)}{text}", soft_wrap=True)
