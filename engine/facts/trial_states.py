"""Whether a trial of a draft still runs: whoever works on it says so now and then, and one that is silent has died."""

from datetime import datetime, timedelta
from typing import Literal

TrialState = Literal["running", "ended", "stopped", "failed"]
SILENT = timedelta(minutes=2)
"""After so long without a word the process that worked on it is gone: the site was restarted, or it was killed."""
FAULT = "fault"
"""Stands in the result of a trial that could not be made, with why."""


def trial_state(
    now: datetime, seen_at: datetime, ended_at: datetime | None, result: object, *, stop_asked: bool
) -> TrialState:
    if ended_at is None:
        return "running" if now - seen_at < SILENT and not stop_asked else "stopped"
    if isinstance(result, dict) and FAULT in result:
        return "failed"
    return "stopped" if stop_asked or result is None else "ended"  # with nothing found, the site was stopped under it
