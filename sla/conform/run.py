"""Runs one case, of whichever part."""

from sla.conform.calendar import run_calendar
from sla.conform.files import Written
from sla.conform.lifecycle import run_lifecycle
from sla.conform.outcome import Failed, Outcome


def run(written: Written) -> Outcome:
    """What the case comes to; one that cannot be read has failed, and says at what."""
    runner = run_calendar if written.part == "calendar" else run_lifecycle
    try:
        return runner(written.case)
    except KeyError as missing:
        return Failed("a case in the form of the cases", f"no field {missing}")
    except (ValueError, TypeError, AttributeError) as error:
        # What stands in a case may be anything. A slip of ours shows here too, as a failing case.
        return Failed("a case in the form of the cases", f"{type(error).__name__}: {error}")
