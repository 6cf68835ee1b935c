"""Rules of forms that need more than the answer (`x-check`, CASE_CHECKS, and the days that dates are held against),
asked inside the transaction.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select

from engine.base.clock import LONDON
from engine.facts.child import known_cases_of_child
from engine.facts.date_rules import date_findings
from engine.facts.directory import called, services
from engine.facts.known_days import KnownDays
from engine.facts.matching import what_speaks_against
from engine.facts.protection import EXTENDED, may_be_extended, order_ends_at, police_protection_since
from engine.forms.answer_roles import answer_with_role
from engine.forms.findings import Finding
from engine.forms.questions import Schema, names_in
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.timescales.calendar import bank_holidays, day_of, end_of

# Children Act 1989 s45(1) and s45(6).
ORDER_DAYS = 8
EXTENSION = timedelta(days=7)
BY_POLICE = "police"
"""Who applied for the order (role `order_applicant`): the days in police protection count for it."""
SATURDAY, SUNDAY = 5, 6
NEW_YEARS_DAY = (1, 1)


@dataclass(frozen=True, slots=True)
class CaseAnswers:
    """The answers of a form in a case, found by their roles."""

    actor: Actor
    model: Model
    case: str
    form: Schema
    answers: Mapping[str, Any]

    @property
    def cases(self) -> Select[str]:
        return known_cases_of_child(self.actor, self.case)

    def answer(self, role: str) -> Any:
        return answer_with_role(self.form, role, self.answers)


CaseCheck = Callable[[Connection, CaseAnswers, str], str | None]


def case_findings(days: KnownDays) -> Iterator[Finding]:
    """What is wrong with the answers of `days`. What is no answer at all is for the form to refuse, and passed over.

    Raises NotFound for a child of whom the actor may not know.
    """
    case, form, answers = days.subject.case, days.form, days.answers
    for field, schema in form.get("properties", {}).items():
        for name in names_in(schema.get("x-check", ())):
            if name in _CHECKS and case and isinstance(answers.get(field), str):
                given = CaseAnswers(days.actor, days.model, case, form, answers)
                problem = _CHECKS[name](days.connection, given, answers[field])
                yield from [Finding((field,), problem)] if problem else []
    yield from date_findings(days)


def _order_end(connection: Connection, given: CaseAnswers, ends_at: str) -> str | None:
    """Later than the law allows is refused: it cannot be what the court wrote."""
    ends, made = _instant(ends_at), _instant(given.answer("order_made_at"))
    if ends is None:
        return None
    if made and ends < made:
        return "The order must end after it was made."
    if given.answer("order_outcome") == EXTENDED and not may_be_extended(connection, given.cases):
        return "A court extends an order once only. Record a new order instead, if there is one."
    latest = _latest_end(connection, given, made or ends)
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


def _latest_end(connection: Connection, given: CaseAnswers, made: datetime) -> datetime:
    running_until = order_ends_at(connection, given.cases)
    if given.answer("order_outcome") == EXTENDED and running_until:
        return running_until + EXTENSION
    by_police = given.answer("order_applicant") == BY_POLICE
    since = police_protection_since(connection, given.cases) if by_police else None
    return latest_order_end(day_of(since or made))


def latest_order_end(first: date) -> datetime:
    """Of an order whose first day is given: the end of the 8th day, that day being the first.

    Where the 8th is a Sunday or a bank holiday, noon on the next day that is neither (Children Act 1989 s45(2), (3)).
    A 1 January that is a Saturday is no bank holiday: the Monday after it is, by proclamation, in its place (Banking
    and Financial Dealings Act 1971, section 1). 26 December is one unless it is a Sunday (schedule 1).
    """
    last = first + timedelta(days=ORDER_DAYS - 1)
    if not _is_holiday(last):
        return end_of(last)
    while _is_holiday(last):
        last += timedelta(days=1)
    return datetime.combine(last, time(12), LONDON)


def _is_holiday(day: date) -> bool:
    if day.weekday() == SATURDAY and (day.month, day.day) == NEW_YEARS_DAY:
        return False
    return day.weekday() == SUNDAY or day in bank_holidays(day.year)


def _known_child(connection: Connection, given: CaseAnswers, person: str) -> str | None:
    """A manager decides against what is written: birth dates far apart, or an earlier “no” about these same two."""
    against = what_speaks_against(connection, given.actor, given.case, person)
    managers = given.model.roles_with("manages_team")
    if against and given.actor.roles.isdisjoint(managers):
        return f"{against} A manager decides this: choose “Not sure yet”, and the task stays open for them."
    return None


def _service(connection: Connection, given: CaseAnswers, name: str) -> str | None:
    """A request that nobody takes, or that another agency than the service's own would read."""
    there = called(services(connection, given.actor.within), name)
    if there is None:
        return None
    if not there.takes_requests:
        return f"{there.name} takes no requests now, as the directory says. Ask another service."
    asked = given.answer("asked_to_contribute")
    if asked and asked != there.agency:
        its_own = given.model.agencies.get(there.agency)
        whose = f"belongs to {its_own.name}" if its_own else "has nobody who signs in"
        return f"The directory says that {there.name} {whose}. Choose who answers by that."
    return None


_CHECKS: Mapping[str, CaseCheck] = {"known_child": _known_child, "order_end": _order_end, "service": _service}
