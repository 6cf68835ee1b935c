"""What a form may name besides its own fields: circumstances (`x-when`) and rules of the engine (`x-check`).

The linter takes both lists as arguments, so that a form cannot name one that nobody computes.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.timescales.calendar import day_of

CIRCUMSTANCES: Mapping[str, str] = {
    "late": "completing the task now would meet one of its clocks late",
    "unborn": "the child is not yet born",
    "born": "the child is born",
    "possible_match": "a child already known may be the same child",
    "not_clarified": "the referral is being decided before a possible match was clarified, and nobody is in danger now",
    "contributions_out": "contributions that were asked for have not come in",
    "child_not_seen": "the child has not been seen",
    "no_continuing_risk": "the enquiry was not found to show a child at continuing risk of significant harm",
    "interview_missing": "the family has not been interviewed",
    "work_running": "other work in the case is still running",
    "order": "an emergency protection order or police protection is in force",
    "no_order": "neither an emergency protection order nor police protection is in force",
    "extension": "an emergency protection order is in force that has not been extended yet",
    "accepted_elsewhere": "the home authority has accepted the child and confirmed it in writing",
    "minimum_missing": "a social worker, the manager, health or police are not said to have taken part",
    "plan": "a child protection plan is in force",
    "no_plan": "no child protection plan is in force",
    "no_legal_advice": "legal advice has been asked for and is not yet recorded",
    "reports_out": "reports of agencies that were invited have not come in",
    "family_not_prepared": "the child and family have not been prepared for the conference",
    "not_met_family": "the chair has not met the child and parents",
    "first_meeting": "this is the first core group of the plan",
    "visiting_agreed": "the child's stay here was said to be for a time, and visiting was agreed",
    "no_earlier_chair": "no conference of this case has had a chair yet",
    "meets_again": "this conference met before, and its chair is still independent of the case",
    "earlier_chair": "the chair of the last conference still chairs and is still independent of the case",
    "later_meeting": "this is not the first core group of the plan",
    "report_missing": "the social worker's report to the conference is not written",
    "few_agencies": "fewer than two agencies beside social care are said to have taken part",
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


CASE_CHECKS: Mapping[str, str] = {
    "order_end": "an emergency protection order ends no later than the Children Act 1989 allows",
}
"""Rules that need the case as well: engine/facts/case_checks.py carries them out, inside the transaction."""

CHECKS: Mapping[str, Check] = {"not_in_future": not_in_future, "not_in_past": not_in_past}

KNOWN_CHECKS = frozenset({*CHECKS, *CASE_CHECKS})
