"""An agreement as tables in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from schemas.instants import moment
from sla import agreement_words as words
from sla.agreement_settings import settings_table
from sla.agreement_when import Due, local_iso
from streams.core.agreement.model import Agreement
from streams.core.agreement.rules import said
from streams.core.calendar import day_length
from streams.core.zones import zone


def console() -> Console:
    """Text of an agreement is shown as it is: its brackets are no markup."""
    return Console(markup=False, highlight=False, emoji=False)


def show(out: Console, document: Mapping[str, Any], agreement: Agreement) -> None:
    """All that the agreement says."""
    title = document.get("title") or agreement.name
    out.print(f"{title}: agreement {agreement.name}, version {agreement.version}")
    since = local_iso(agreement, agreement.effective_from)
    out.print(f"for tickets opened from {since} on; months are those of {agreement.zone}")
    scope = agreement.applies_to
    if scope.accounts:
        out.print(f"accounts: {', '.join(sorted(scope.accounts))}")
    if scope.sources:
        every = "every source that no other agreement names"
        out.print(f"sources: {', '.join(sorted(scope.sources)).replace('*', every)}")
    for target in agreement.targets:
        out.print()
        out.print(_promises(agreement, target))
    out.print()
    out.print(_calendars(agreement))
    _holidays(out, document)
    _rules(out, agreement)
    _ladders(out, agreement)
    out.print()
    out.print(settings_table(document, agreement))
    _words(out, agreement)
    _not_measured(out, document)


def _promises(agreement: Agreement, target: str) -> Table:
    cells = agreement.targets[target]
    table = Table(title=target, title_justify="left")
    table.add_column("severity")
    for plan in agreement.plans:
        table.add_column(plan)
    for severity in reversed(agreement.severities):
        name = agreement.severity_names.get(severity, severity)
        table.add_row(
            severity if name == severity else f"{severity} {name}",
            *(words.promise(cells.get((plan, severity))) for plan in agreement.plans),
        )
    said = {words.counted(cell) for cell in cells.values()}
    table.caption = " or ".join(sorted(said))
    table.caption_justify = "left"
    return table


def _calendars(agreement: Agreement) -> Table:
    table = Table(title="calendars", title_justify="left")
    for column in ("calendar", "hours", "zone", "years", "business day", "holidays"):
        table.add_column(column, overflow="fold")
    for name, spec in agreement.calendars.items():
        dated = [f"{len(spec.special)} special days"] if spec.special else []
        dated += [f"{len(spec.breaks)} days with breaks"] if spec.breaks else []
        table.add_row(
            name,
            "\n".join((*words.hours(spec), *dated)),
            spec.zone,
            f"{spec.first_year}-{spec.last_year}",
            words.length(day_length(spec)),
            str(len(spec.holidays)) if spec.holidays else "none",
        )
    return table


def _holidays(out: Console, document: Mapping[str, Any]) -> None:
    for name, one in (document.get("holidays") or {}).items():
        expected = len(one.get("provisional") or {})
        out.print(f"holidays {name}: {one['source']}")
        if expected:
            out.print(f"  {expected} of them are worked out, not gazetted yet")


def _rules(out: Console, agreement: Agreement) -> None:
    out.print("\nwho is entitled to what; the first rule that matches decides")
    for number, rule in enumerate(agreement.rules, 1):
        out.print(f"  {number}. {rule.name}: {words.rule(rule)}")
    for fact, value in agreement.unknown_facts.items():
        out.print(f"  account.{fact} never stated: taken as {said(value)}")


def _ladders(out: Console, agreement: Agreement) -> None:
    for target, cells in agreement.targets.items():
        climbs: dict[tuple[tuple[str, str, str], ...], list[str]] = {}
        for (plan, severity), cell in cells.items():
            steps = tuple((s.text, s.level, ", ".join(s.notify)) for s in cell.ladder)
            if steps:
                climbs.setdefault(steps, []).append(f"{plan} {severity}")
        for steps, whose in climbs.items():
            out.print(f"\nladder of {target}: {', '.join(whose)}")
            for text, level, notify in steps:
                out.print(f"  {text}: {level}, tells {notify}")


def _words(out: Console, agreement: Agreement) -> None:
    out.print("\nwords of the helpdesk, and what they mean where it states no mapping of its own")
    mapped = agreement.words
    for field in ("statuses", "severities", "plans", "categories", "roles"):
        out.print(f"  {field}")
        for meaning, known in words.by_meaning(getattr(mapped, field)).items():
            out.print(f"    {meaning}: {', '.join(known)}")


def _not_measured(out: Console, document: Mapping[str, Any]) -> None:
    items = document.get("not_measured") or ()
    if items:
        out.print("\nin the terms, but nothing that time can be kept of")
        for item in items:
            out.print(f"  - {' '.join(item.split())}")


def show_due(out: Console, agreement: Agreement, one: Due) -> None:
    """The deadline and the way to it; holidays skipped are named."""
    if one.deadline is None:
        out.print(f"{one.target}: no deadline, {one.why_none}")
        return
    assert one.cell is not None, "A deadline comes from a cell."
    out.print(f"{one.target}: {local_iso(agreement, one.deadline)}")
    since = words.starts(one.cell)
    out.print(f"  {words.budget(one.cell)} by the calendar {one.cell.calendar}{since}:")
    table = Table(box=None, padding=(0, 2), show_header=False)
    total = 0
    local = zone(agreement.calendars[one.cell.calendar].zone)
    for start, to, kind, name, _ in one.spans:
        if kind == "closed":
            continue
        opens, closes = (moment(at).astimezone(local) for at in (start, to))
        day = "" if opens.date() == closes.date() else f"{closes:%a %d %b} "
        total += to - start if kind == "open" else 0
        table.add_row(
            f"{opens:%a %d %b %Y}",
            f"{words.clock(opens)} - {day}{words.clock(closes)}",
            f"{words.length(to - start)} counted" if kind == "open" else f"{kind}: {name}",
            f"{words.length(total)} so far" if kind == "open" else "",
        )
    out.print(table)
