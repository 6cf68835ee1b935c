"""Whether completing a task now would meet one of its clocks late: then the form asks why."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.base.subject import Subject
from engine.expressions.evaluation import BadExpression, names_read
from engine.facts.case_now import CaseNow
from engine.forms import decisions
from engine.forms.questions import Schema
from engine.process.bundle import Model
from engine.timescales.rules import Clock

CASE = "case."


def is_late(case_now: CaseNow, model: Model, subject: Subject, answers: Mapping[str, Any], now: datetime) -> bool:
    """`answers` are unchecked."""
    heard = model.clocks_for("completed", subject.process, subject.element)
    rules = [rule for rule in heard if _listens_to(rule, subject) and not _opens(model, rule, subject)]
    if not rules:
        return False
    decided = decided_so_far(model.form(subject.process, subject.element) or {}, answers)
    names = {**decided, subject.element: decided, "case": case_now.known_facts() if _name_case_facts(rules) else {}}
    at = {rule.id: rule for rule in rules if _may_meet(rule, subject, names, model.agencies_to_ask)}
    return any(
        one.due_at < _happened_at(at[one.clock], answers, now)
        for one in case_now.deadlines
        if one.clock in at and not one.late_before and one.is_in_scope(at[one.clock], subject.instance)
    )


def _listens_to(rule: Clock, subject: Subject) -> bool:
    return any((event.process, event.task) == (subject.process, subject.element) for event in rule.met_on)


def _name_case_facts(rules: Iterable[Clock]) -> bool:
    conditions = (event.condition for rule in rules for event in rule.met_on if event.condition)
    return any(path.startswith(CASE) for condition in conditions for path in names_read(condition))


def decided_so_far(form: Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
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
