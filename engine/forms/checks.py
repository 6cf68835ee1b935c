"""What a form may name besides its own fields: facts (in the expressions of `x-when`) and rules (`x-check`).

Both are closed lists, so that a form cannot name what nobody computes.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.base.numbers import nhs_number_problem, telephone_problem, upn_problem
from engine.timescales.calendar import day_of

CASE_FACTS: Mapping[str, str] = {
    "unborn": "the child is not yet born",
    "plan_in_force": "a child protection plan is in force",
    "order_in_force": "an emergency protection order or police protection is in force",
    "case_closed": "the case is closed",
}
"""What drawings, forms and tables may ask of the case beside the answers, as `case.<fact>`."""

CASE_FACTS_DENIED: Mapping[str, str] = {
    "case.unborn": "the child is born",
    "case.plan_in_force": "no child protection plan is in force",
    "case.order_in_force": "neither an emergency protection order nor police protection is in force",
    "case.case_closed": "the case is not closed",
}
"""What is so where such a fact is not."""

FACTS: Mapping[str, str] = {
    "late": "completing the task now would meet one of its clocks late",
    "possible_match": "a child already known, of whom the reader may know, may be the same child",
    "hidden_match": "a child already known may be the same child, and the reader may not know of them",
    "work_running": "other work in the case is still running",
    "order_may_be_extended": "an emergency protection order is in force that has not been extended yet",
    **{f"case.{fact}": meaning for fact, meaning in CASE_FACTS.items()},
    "chair.earlier": "the chair of the last conference still chairs and is still independent of the case",
    "chair.meets_again": "this conference met before, and its chair is still independent of the case",
    "open.<task>": "the task of this process still waits for somebody",
    "done.<task>": "the task of this process has been done",
    "last.<task>.<field>": "the newest answer to a question of a task of this process",
    "start.<field>": "the answer to a question of the form that started this process",
    "answers.<field>": "what has been typed so far in this form",
    "running.<clock>": "a clock of this case is running",
    "by_anyone": "whoever fills in the form has no account",
    "beyond_limit": "a date planned in this form lies after the day by which it is needed (`x-serves`)",
    "recorded_late": "something is recorded long after it happened (`x-explained-before`)",
    "against_wishes": "what this form shares (`x-shares`) goes against a wish of the child or a parent that the reader "
    "can read",
    "actions_left": "by what is answered here an action is still open",
    "child.of_age": "the young person is 18 on the day that the form is about, or today where it names none",
    "child.working_days_to_18": "how many working days are left then before the eighteenth birthday, that day included",
    "child.answered.<process>.<task>.<field>.<answer>": "this was answered, in this or another case of the child",
    "child.awaits.<process>.<task>.<field>.<answer>": "the process runs, in this or another case of the child, and "
    "this has not been answered in it",
}
"""What the expressions of `x-when` may ask; engine/facts/circumstances.py computes each."""

CHOICES: Mapping[str, str] = {
    "colleagues": "those of the case’s team who may be the lead social worker",
    "independent_chairs": "those who chair and are independent of the case",
    "invited_to process.task": "those invited where the task was done last in this case, or in both of two joined",
    "known_children": "the children already known who may be the same child, and those who were searched for",
    "family": "the other children of the family",
    "running_work": "what else is still running in the case",
    "open_actions": "the actions of the case that are open, by the day by which each is to be done",
    "open_actions_of_this": "those of them that were agreed in this very process",
}
"""Where the choices of a question may come from (`x-choices`); engine/facts/candidates.py finds them."""

SUGGESTIONS: Mapping[str, str] = {"services": "the services of the directory that take requests"}
"""What a question in words may offer while it is typed (`x-suggests`), without anybody having to take it."""

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
    "known_child": "a known child whom whoever answers may know; a manager decides where it is against earlier answers",
    "order_end": "an emergency protection order ends no later than the Children Act 1989 allows",
    "working_day": "a working day of the authority: no weekend, no bank holiday, no closure day",
    "under_18": "a date of birth: a child is under 18 on the day on which the concern was received",
    "service": "where a service of the directory is called so: one that takes requests, of the agency that is asked",
}
"""Rules that need more than the answer: engine/facts/case_checks.py carries them out, inside the transaction."""

CHECKS: Mapping[str, Check] = {
    "not_in_future": not_in_future,
    "not_in_past": not_in_past,
    "nhs_number": lambda answer, _now: nhs_number_problem(answer) or None,
    "upn": lambda answer, _now: upn_problem(answer) or None,
    "telephone": lambda answer, _now: telephone_problem(answer) or None,
}

KNOWN_CHECKS = frozenset({*CHECKS, *CASE_CHECKS})
