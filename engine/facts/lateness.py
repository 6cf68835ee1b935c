"""Whether completing a task now would meet one of its clocks late: then the form asks why."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.base.subject import Subject
from engine.expressions.evaluation import BadExpression, names_read
from engine.forms import decisions
from engine.forms.questions import Schema
from engine.process.bundle import Model
from engine.tables import Deadline
from engine.timescales.rules import Clock

CASE = "case."


def is_late(
    connection: Connection,
    model: Model,
    subject: Subject,
    answers: Mapping[str, Any],
    case_facts: Callable[[frozenset[str]], dict[str, object]],
    now: datetime,
) -> bool:
    """`answers` are unchecked; `case_facts` computes those facts of the case that conditions of clocks name."""
    rules = [rule for rule in model.rules.values() if not _opens(model, rule, subject) and _listens_to(rule, subject)]
    if not rules:
        return False
    decided = _decided_so_far(model.form(subject.process, subject.element) or {}, answers)
    names = {**decided, subject.element: decided, "case": case_facts(_case_facts_named(rules))}
    at = {rule.id: rule for rule in rules if _may_meet(rule, subject, names, model.agencies_to_ask)}
    running = connection.execute(
        select(Deadline.clock, Deadline.instance_id, Deadline.due_at).where(
            Deadline.case_id == subject.case,
            Deadline.clock.in_(at),
            Deadline.met_at.is_(None),
            Deadline.stopped_at.is_(None),
        )
    )
    return any(
        row.due_at < _happened_at(at[row.clock], answers, now)
        for row in running
        if at[row.clock].scope == "case" or row.instance_id == subject.instance
    )


def _listens_to(rule: Clock, subject: Subject) -> bool:
    return any((event.process, event.task) == (subject.process, subject.element) for event in rule.met_on)


def _case_facts_named(rules: Iterable[Clock]) -> frozenset[str]:
    conditions = (event.condition for rule in rules for event in rule.met_on if event.condition)
    paths = (path for condition in conditions for path in names_read(condition))
    return frozenset(path.removeprefix(CASE) for path in paths if path.startswith(CASE))


def _decided_so_far(form: Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of unchecked answers only those of single questions: what a list holds may be anything yet."""
    fields = {name: field for name, field in form.get("properties", {}).items() if "items" not in field}
    return decisions({"properties": fields}, answers)


def _may_meet(rule: Clock, subject: Subject, names: Mapping[str, object], agencies: frozenset[str]) -> bool:
    """Before a decision is made it may still be the one that meets the clock, and the question is asked."""
    for event in rule.met_on:
        try:
            if event.matches("completed", subject.process, subject.element, names, agencies):
                return True
        except BadExpression:
            return True
    return False


def _opens(model: Model, rule: Clock, subject: Subject) -> bool:
    """Whether the task is there because the clock has passed: nobody could have done it before, so nobody is late."""
    drawing = model.drawings[subject.process]
    events = [event.id for event in drawing.elements.values() if event.clock == rule.id]
    return any(flow.target == subject.element for event in events for flow in drawing.outgoing(event))


def _happened_at(rule: Clock, answers: Mapping[str, Any], now: datetime) -> datetime:
    try:
        return rule.met_at.instant(answers, now)
    except (ValueError, OverflowError):  # not a time: its own problem is said beside it
        return now
