"""Runs a calendar case: what the core answers, beside what the case expects."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from schemas.instants import iso
from sla.conform.calendar_answers import answer
from sla.conform.calendars import instant_of
from sla.conform.offered import not_offered
from sla.conform.outcome import Failed, Outcome, Passed, Skipped
from sla.conform.refusals import refusal
from sla.conform.unreadable import Unreadable
from streams.core.agreement.faults import AgreementFaults

Case = Mapping[str, Any]

_OF_A_LIBRARY: Final = frozenset({"last_open", "intervals_back", "days_between", "next_workdays"})
"""Kinds that serve a library of working hours; a helpdesk asks nothing of the kind."""
_INSTANTS: Final = frozenset({"due", "shift", "next_open", "next_start", "next_close"})
_LENGTHS: Final = frozenset({"elapsed", "elapsed_switch", "remaining"})


def run_calendar(case: Case) -> Outcome:
    """What the case comes to. Raises KeyError for one that is not in the form of the cases."""
    asks = _not_asked(case) or not_offered(case.get("setting", {}))
    if asks is not None:
        return Skipped(asks)
    try:
        match case["kind"]:
            case "error":
                return _refused(case)
            case "same":
                return _alike(case)
            case kind:
                return _compared(case, kind)
    except (Unreadable, AgreementFaults) as error:
        return Failed("a case in the form of calendar cases", str(error))


def _not_asked(case: Case) -> str | None:
    """The kind of question that a helpdesk does not ask; None: it does."""
    kind = case["kind"]
    if kind in _OF_A_LIBRARY:
        return f"kind={kind}"
    if kind == "shift" and (case["secs"] < 0 or case["days"] < 0):
        return "kind=shift backward"
    if "cals" in case:
        return f"kind={kind} of several calendars"
    return None


def _refused(case: Case) -> Outcome:
    if refusal(case) is not None:
        return Passed()
    return Failed(case["expect"], "taken")


def _alike(case: Case) -> Outcome:
    """Both sides give one answer; what they share stands beside them."""
    shared = {key: value for key, value in case.items() if key not in ("left", "right", "kind")}
    left, right = (shared | case[side] for side in ("left", "right"))
    return _agreed(answer(left, left["kind"]), answer(right, right["kind"]))


def _compared(case: Case, kind: str) -> Outcome:
    expected, got = _expected(case, kind), answer(case, kind)
    if kind in _LENGTHS and abs(expected - got) <= case.get("tolerance", 0):
        return Passed()
    return _agreed(expected, got)


def _agreed(expected: Any, got: Any) -> Outcome:
    return Passed() if expected == got else Failed(_said(expected), _said(got))


def _expected(case: Case, kind: str) -> Any:
    """What the case expects, in the words of the answers."""
    expected = case.get("expect")
    if kind == "local":
        return case.get("expect_local") or _instant(case, expected)
    if kind in _LENGTHS:
        return Fraction(str(expected))
    if kind == "intervals":
        return [[_instant(case, opens), _instant(case, closes)] for opens, closes in case["expect"]]
    if kind in _INSTANTS:
        instant = _instant(case, expected)
        if "waiting_secs" in case:
            return [instant, Fraction(str(case["waiting_secs"]))]
        return instant
    return expected


def _instant(case: Case, text: str | None) -> str | None:
    zone = case["tz"] if "tz" in case else case["cal"]["tz"]
    return None if text is None else iso(instant_of(text, zone))


def _said(value: Any) -> str:
    match value:
        case Fraction():
            return f"{float(value):g}" if value.denominator != 1 else str(value.numerator)
        case [deadline, Fraction() as paused]:
            return f"{deadline} with {_said(paused)} s paused"
        case _:
            return str(value)
