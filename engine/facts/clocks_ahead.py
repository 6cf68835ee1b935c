"""When something is due that is planned in a form: by clocks that run, or that these very answers will start."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.base.subject import Subject
from engine.expressions.evaluation import BadExpression
from engine.facts.case_now import CaseNow
from engine.facts.lateness import decided_so_far
from engine.process.bundle import Model
from engine.timescales.rules import Clock, before_birthday, due


def due_by(
    case_now: CaseNow, model: Model, subject: Subject, answers: Mapping[str, Any], now: datetime
) -> dict[str, datetime]:
    """Clock -> when the first of its kind is due, once the form has been sent. `answers` are unchecked."""
    running: dict[str, datetime] = {}
    for one in case_now.deadlines:
        running[one.clock] = min(one.due_at, running.get(one.clock, one.due_at))
    return running | dict(_started_by(case_now, model, subject, answers, now))


def _started_by(
    case_now: CaseNow, model: Model, subject: Subject, answers: Mapping[str, Any], now: datetime
) -> Iterator[tuple[str, datetime]]:
    """In the order of the table, as engine/casework/clocks.py starts them."""
    decided = decided_so_far(model.form(subject.process, subject.element) or {}, answers)
    names = {**decided, subject.element: decided, "case": case_now.known_facts()}
    set_now: list[datetime] = []
    for rule in model.clocks_for("completed", subject.process, subject.element):
        if not _starts(rule, subject, names, model.agencies_to_ask):
            continue
        counted_from = _counted_from(rule, case_now, answers, now, set_now)
        if counted_from is not None:
            set_now.append(due(case_now.settled.rule(rule), counted_from, case_now.settled.calendar))
            yield rule.id, set_now[-1]


def _starts(rule: Clock, subject: Subject, names: Mapping[str, object], agencies: frozenset[str]) -> bool:
    for event in rule.starts_on:
        try:
            if event.matches("completed", subject.process, subject.element, names, agencies):
                return True
        except BadExpression:  # it asks what has not been decided yet
            continue
    return False


def _counted_from(
    rule: Clock, case_now: CaseNow, answers: Mapping[str, Any], now: datetime, set_now: list[datetime]
) -> datetime | None:
    """None for one that starts only with another, and for an answer that is no time."""
    moment = rule.counts_from
    if moment.named == "the eighteenth birthday":
        return before_birthday(case_now.case.born, set_now, case_now.settled.calendar)
    if moment.named or moment.process:
        return None
    try:
        return moment.instant(answers, now)
    except ValueError:
        return None
