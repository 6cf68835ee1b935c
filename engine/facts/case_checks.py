"""Rules of forms that need the case beside the answers (`x-check`, CASE_CHECKS), asked inside the transaction."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from engine.base.clock import LONDON
from engine.base.subject import Subject
from engine.facts.protection import may_be_extended, order_ends_at, police_protection_since
from engine.forms.questions import Schema, names_in
from engine.timescales.calendar import bank_holidays, day_of, end_of

# Children Act 1989 s45(1) and s45(6).
ORDER_DAYS = 8
EXTENSION = timedelta(days=7)
EXTENDED = "order_extended"
SUNDAY = 6

CaseCheck = Callable[[Connection, str, Mapping[str, Any], str], str | None]


def case_problems(connection: Connection, form: Schema, subject: Subject, answers: Mapping[str, Any]) -> dict[str, str]:
    """Field -> what is wrong with it. What is no answer at all is for the form to refuse, and passed over here."""
    found: dict[str, str] = {}
    for field, schema in form.get("properties", {}).items():
        for name in names_in(schema.get("x-check", ())):
            if name in _CHECKS and subject.case and isinstance(answers.get(field), str):
                problem = _CHECKS[name](connection, subject.case, answers, answers[field])
                found |= {field: problem} if problem else {}
    return found


def _order_end(connection: Connection, case: str, answers: Mapping[str, Any], ends_at: str) -> str | None:
    """Later than the law allows is refused: it cannot be what the court wrote."""
    ends, made = _instant(ends_at), _instant(answers.get("order_made_at"))
    if ends is None:
        return None
    if made and ends < made:
        return "The order must end after it was made."
    if answers.get("outcome") == EXTENDED and not may_be_extended(connection, case):
        return "A court extends an order once only. Record a new order instead, if there is one."
    latest = _latest_end(connection, case, answers, made or ends)
    if ends > latest:
        there = latest.astimezone(LONDON)
        return f"The law lets it last until {there.day} {there:%B %Y, %H:%M} at the latest. Look at the order again."
    return None


def _instant(answer: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(answer) if isinstance(answer, str) else None
    except ValueError:
        return None
    return instant if instant and instant.tzinfo else None


def _latest_end(connection: Connection, case: str, answers: Mapping[str, Any], made: datetime) -> datetime:
    running_until = order_ends_at(connection, case)
    if answers.get("outcome") == EXTENDED and running_until:
        return running_until + EXTENSION
    since = police_protection_since(connection, case) if answers.get("applicant") == "police" else None
    return latest_order_end(day_of(since or made))


def latest_order_end(first: date) -> datetime:
    """Of an order whose first day is given: the end of the 8th day, that day being the first.

    Where the 8th is a Sunday or a bank holiday, noon on the next day that is neither (Children Act 1989 s45(2), (3)).
    """
    last = first + timedelta(days=ORDER_DAYS - 1)
    if not _is_holiday(last):
        return end_of(last)
    while _is_holiday(last):
        last += timedelta(days=1)
    return datetime.combine(last, time(12), LONDON)


def _is_holiday(day: date) -> bool:
    return day.weekday() == SUNDAY or day in bank_holidays(day.year)


_CHECKS: Mapping[str, CaseCheck] = {"order_end": _order_end}
