"""What a form may name besides its own fields: circumstances (`x-when`) and rules of the engine (`x-check`).

The linter takes both lists as arguments, so that a form cannot name one that nobody computes.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.calendar import day_of

CIRCUMSTANCES: Mapping[str, str] = {
    "late": "completing the task now would meet one of its clocks late",
    "unborn": "the child is not yet born",
    "born": "the child is born",
    "possible_match": "a child already known may be the same child",
    "not_clarified": "the referral is being decided before a possible match was clarified, and nobody is in danger now",
    "contributions_out": "contributions that were asked for have not come in",
    "child_not_seen": "the child has not been seen",
    "interview_missing": "the family has not been interviewed",
    "work_running": "other work in the case is still running",
}

Check = Callable[[Any, datetime], str | None]
"""Takes a cleaned answer and the time now; gives what the answer must be ("must be today or in the past"), or None.

The sentence is completed with the name of the question.
"""


def not_in_future(answer: str, now: datetime) -> str | None:
    """For what has happened: a date-time up to now, or a date up to today in London."""
    if _is_date_time(answer):
        return "must not be in the future" if datetime.fromisoformat(answer) > now else None
    return "must be today or in the past" if date.fromisoformat(answer) > day_of(now) else None


def not_in_past(answer: str, now: datetime) -> str | None:
    """For what is planned: a date, or the day of a date-time, from today in London."""
    day = day_of(datetime.fromisoformat(answer)) if _is_date_time(answer) else date.fromisoformat(answer)
    return "must be today or in the future" if day < day_of(now) else None


def _is_date_time(answer: str) -> bool:
    return "T" in answer


CHECKS: Mapping[str, Check] = {"not_in_future": not_in_future, "not_in_past": not_in_past}
