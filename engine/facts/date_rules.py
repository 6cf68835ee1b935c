"""What a form says of its dates that only the case or other answers can tell, for page and command alike.

Refused is what cannot be (`x-not-before`, `x-not-after`, some rules of `x-check`); what is possible and unusual is
explained: planned beyond its limit (`x-serves`), or recorded long after it happened (`x-explained-before`).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from engine.facts.child import ASK_OVERSIGHT
from engine.facts.clocks_ahead import due_by
from engine.facts.known_days import KnownDays, dates_of
from engine.forms import problem_sentences
from engine.forms.answer_roles import answer_with_role
from engine.forms.bounds import Bound, bounds_in, read_bound
from engine.forms.checks import CHECKS
from engine.forms.findings import Finding
from engine.forms.happening import DATING
from engine.forms.questions import Schema, is_field_shown, names_in
from engine.forms.wall_time import day_in, read_moment
from engine.timescales.calendar import day_of, of_age

_SAID_WITHOUT_DATE = "born"
"""A bound of which the day itself is not said: a problem names nobody's date of birth."""


def date_findings(days: KnownDays) -> Iterator[Finding]:
    """Of every date of the form, in the items of lists as well. What is no date is for the form itself to refuse."""
    for path, field, day in dates_of(days.form, days.answers):
        if problem := _problem(days, field, day):
            words = f"{problem_sentences.named_by(field.get('title', ''))} {problem}"
            yield Finding(path, problem_sentences.helped(words, field.get("x-instead", "")))


def beyond_limit(days: KnownDays) -> bool:
    """Whether a date that is planned lies after the day by which it is needed. One that is refused is not weighed."""
    return any(day > by for field, day in _sound(days, "x-serves") if (by := _needed_by(days, field["x-serves"])))


def recorded_late(days: KnownDays) -> bool:
    """Whether something is recorded so long after it happened that the form asks why."""
    return any(
        day < since
        for field, day in _sound(days, "x-explained-before")
        if (since := days.day(read_bound(field["x-explained-before"])))
    )


def happened_on(days: KnownDays) -> date:
    """The day on which what the form tells happened; today where it does not say."""
    said = (day_in(answer_with_role(days.form, role, days.answers)) for role in sorted(DATING))
    return next((day for day in said if day), days.today)


def _sound(days: KnownDays, annotation: str) -> Iterator[tuple[Schema, date]]:
    """The questions with the annotation that are shown, answered, and not refused for their date."""
    for name, field in days.form.get("properties", {}).items():
        moment = read_moment(days.answers.get(name)) if annotation in field else None
        day = day_in(moment) if is_field_shown(field, days.answers) else None
        if moment and day and not _problem(days, field, day) and not _is_refused(field, moment, days.now):
            yield field, day


def _is_refused(field: Schema, moment: str, now: datetime) -> bool:
    """By a rule that needs nothing but the answer."""
    return any(CHECKS[one](moment, now) for one in names_in(field.get("x-check", ())) if one in CHECKS)


def _problem(days: KnownDays, field: Schema, day: date) -> str | None:
    """The first that there is, to be completed with the question as the subject."""
    return next(_problems(days, field, day), None)


def _problems(days: KnownDays, field: Schema, day: date) -> Iterator[str]:
    for bound, first in _known(days, field, "x-not-before"):
        if day < first:
            yield _must(days, bound, first, "or later", "must not be before")
    for bound, last in _known(days, field, "x-not-after"):
        if day > last:
            yield _must(days, bound, last, "or earlier", "must not be after")
    checks = (DAY_CHECKS[name] for name in names_in(field.get("x-check", ())) if name in DAY_CHECKS)
    yield from (problem for check in checks if (problem := check(days, day)))


def _known(days: KnownDays, field: Schema, annotation: str) -> Iterator[tuple[Bound, date]]:
    for bound in bounds_in(field.get(annotation)):
        if known := days.day(bound):
            yield bound, known


def _must(days: KnownDays, bound: Bound, limit: date, beside: str, without: str) -> str:
    if bound.what == _SAID_WITHOUT_DATE:
        return f"{without} {days.words(bound)}"
    if not days.may_tell(bound):
        return f"cannot be this day. {ASK_OVERSIGHT}"
    return f"must be {limit.day} {limit:%B %Y} {beside} ({days.words(bound)})"


def _needed_by(days: KnownDays, served: Mapping[str, Any]) -> date | None:
    """The due day of the earliest of the clocks; where none runs or it has passed, the day that the form names."""
    if days.case_now is None:
        return None
    clocks = due_by(days.case_now, days.model, days.subject, days.answers, days.now)
    due = min((day_of(clocks[one]) for one in served.get("clocks", ()) if one in clocks), default=None)
    otherwise = days.day(read_bound(served["otherwise"])) if "otherwise" in served else None
    return otherwise if otherwise and (due is None or due < days.today) else due


def _working_day(days: KnownDays, day: date) -> str | None:
    """Closure days are those of the authority now: one that is added later refuses nothing."""
    why = days.calendar.why_closed(day)
    return f"must be a working day: this one is {why}" if why else None


def _under_18(days: KnownDays, born: date) -> str | None:
    """A child is anyone who has not reached 18 (Children Act 1989 s105), on the day on which the concern came."""
    return "must be that of a child: under 18 then" if of_age(born) <= happened_on(days) else None


DayCheck = Callable[[KnownDays, date], str | None]
DAY_CHECKS: Mapping[str, DayCheck] = {"working_day": _working_day, "under_18": _under_18}


def working_days_to_18(days: KnownDays) -> int | None:
    """From the day on which what the form tells happened, that day included, to the day before the eighteenth
    birthday; 0 from the birthday on. None where nobody knows when the child was born.
    """
    born = days.case_now.case.born if days.case_now else None
    if born is None:
        return None
    before = timedelta(days=1)
    return days.calendar.working_days_left(happened_on(days) - before, of_age(born) - before)
