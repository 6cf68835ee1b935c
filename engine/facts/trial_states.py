"""Whether a trial of a draft runs: whoever works on it says so now and then. Of a silent one nobody knows."""

from datetime import datetime, timedelta
from typing import Literal

from engine.tables import NamedRow

TrialState = Literal["running", "silent", "ended", "stopped", "failed"]
SILENT = timedelta(minutes=2)
"""After so long without a word the process that worked on it may be gone, as the site was restarted; or the machine is
busy, as that process gives way to all others.
"""
FAULT = "fault"
"""Stands in the result of a trial that could not be made, with why."""


def trial_state(now: datetime, row: NamedRow) -> TrialState:
    """`row` has the columns of the trial. One that ended before all was done was stopped, by whom it may be."""
    if row.ended_at is None:
        return "stopped" if row.stop_asked else "running" if now - row.seen_at < SILENT else "silent"
    result: object = row.result
    if isinstance(result, dict) and FAULT in result:
        return "failed"
    return "stopped" if row.stop_asked or result is None or row.done < row.total else "ended"
