"""How things stand for a task or a start form: what holds now (`x-when`), and who or what may be chosen.

Read from the projections inside the command's transaction, so that the page and the check agree. Only what the form
asks for is worked out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from engine.base.subject import Subject
from engine.expressions.evaluation import BadExpression
from engine.facts.candidates import OWN_PEOPLE, candidates, independent_chairs, running_work
from engine.facts.matching import possible_matches
from engine.facts.protection import is_accepted_elsewhere, may_be_extended, order_in_force, plan_in_force
from engine.forms import Choice, decisions
from engine.forms.questions import Schema
from engine.process.bundle import START, Model
from engine.tables import Answers, Case, Deadline, Person, WorkItem
from engine.timescales.rules import Clock

CHAIRED = ("hold_conference", "hold_review_conference")
ENOUGH_AGENCIES = 2
MINIMUM = ("social_worker", "team_manager", "health", "police")


@dataclass(frozen=True, slots=True)
class Situation:
    """`holding` are names of engine/forms/checks.py; `choices` are by field id or kind of question."""

    holding: frozenset[str]
    choices: Mapping[str, tuple[Choice, ...]]


def situation(connection: Connection, model: Model, subject: Subject, answers: object, now: datetime) -> Situation:
    """`answers` are those given so far, unchecked, whatever JSON they are: whether work is late depends on when it is
    said to have happened.
    """
    given: Mapping[str, Any] = cast(Mapping[str, Any], answers) if isinstance(answers, Mapping) else {}
    choices = candidates(connection, model, subject, now)
    if subject.case is None:
        return Situation(frozenset(), choices)
    standing = _Standing(connection, model, subject, given, now)
    wanted = set(_named(model.form(subject.process, subject.element) or {}))
    return Situation(frozenset(name for name in wanted if _HOLDS[name](standing)), choices)


def _named(schema: Schema) -> Iterator[str]:
    """The circumstances that a form names, on its fields, their items and their choices."""
    for field in schema.get("properties", {}).values():
        for annotated in (field, *field.get("oneOf", ()), *field.get("items", {}).get("oneOf", ())):
            if "x-when" in annotated:
                yield annotated["x-when"]
        yield from _named(field.get("items", {}))


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the functions below are asked about."""

    connection: Connection
    model: Model
    subject: Subject
    answers: Mapping[str, Any]
    now: datetime

    @property
    def case(self) -> str:
        return self.subject.case or ""


def _is_late(standing: _Standing) -> bool:
    subject = standing.subject
    decided = _decided_so_far(standing.model.form(subject.process, subject.element) or {}, standing.answers)
    facts = {"unborn": _is_unborn(standing), "plan_in_force": plan_in_force(standing.connection, standing.case)}
    names = {**decided, subject.element: decided, "case": facts}
    rules = {
        rule.id: rule
        for rule in standing.model.rules.values()
        if _may_meet(rule, subject, names) and not _opens(standing.model, rule, subject)
    }
    if not rules:
        return False
    running = or_(*(and_(Deadline.clock == rule.id, *_unfinished(rule, subject)) for rule in rules.values()))
    rows = standing.connection.execute(
        select(Deadline.clock, Deadline.due_at).where(Deadline.case_id == standing.case, running)
    )
    return any(row.due_at < _happened_at(rules[row.clock], standing.answers, standing.now) for row in rows)


def _decided_so_far(form: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of unchecked answers only those of single questions: what a list holds may be anything yet."""
    fields = {name: field for name, field in form.get("properties", {}).items() if "items" not in field}
    return decisions({"properties": fields}, answers)


def _unfinished(rule: Clock, subject: Subject) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Deadline.met_at.is_(None), Deadline.stopped_at.is_(None)]
    return [*conditions, Deadline.instance_id == subject.instance] if rule.scope == "instance" else conditions


def _may_meet(rule: Clock, subject: Subject, names: Mapping[str, object]) -> bool:
    """Before a decision is made it may still be the one that meets the clock, and the question is asked."""
    for event in rule.met_on:
        try:
            if event.matches("completed", subject.process, subject.element, names):
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


def _is_unborn(standing: _Standing) -> bool:
    row = standing.connection.execute(
        select(Person.born, Person.expected).join(Case, Case.person_id == Person.id).where(Case.id == standing.case)
    ).one()
    return row.born is None and row.expected is not None


def _is_not_clarified(standing: _Standing) -> bool:
    """Deciding before clarifying needs a reason, unless the child is in danger now."""
    if not _is_open("clarify_referral", standing=standing):
        return False
    started: dict[str, Any] | None = standing.connection.execute(
        select(Answers.answers).where(Answers.instance_id == standing.subject.instance, Answers.element == START)
    ).scalar_one_or_none()
    return started is None or started.get("immediate_danger") != "yes"


def _is_open(*elements: str, standing: _Standing) -> bool:
    """Whether one of these tasks of the same instance still waits for somebody."""
    return standing.connection.execute(
        select(
            exists().where(
                WorkItem.instance_id == standing.subject.instance,
                WorkItem.element.in_(elements),
                WorkItem.closed_at.is_(None),
            )
        )
    ).scalar_one()


def _is_at_continuing_risk(standing: _Standing) -> bool:
    """As the enquiry was last analysed: a conference follows (WT2013, outcome of section 47 enquiries)."""
    analysed = (
        select(Answers.answers)
        .where(Answers.instance_id == standing.subject.instance, Answers.element == "analyse_enquiry")
        .order_by(Answers.occurrence.desc())
        .limit(1)
    )
    last: dict[str, Any] | None = standing.connection.execute(analysed).scalar_one_or_none()
    return last is not None and last.get("outcome") == "substantiated_continuing_risk"


def _is_first_meeting(standing: _Standing) -> bool:
    return standing.connection.execute(
        select(
            exists().where(
                Deadline.case_id == standing.case,
                Deadline.clock == "first_core_group",
                Deadline.met_at.is_(None),
                Deadline.stopped_at.is_(None),
            )
        )
    ).scalar_one()


def _is_visiting_agreed(standing: _Standing) -> bool:
    """A child who stays after all starts the time for a conference anew (WT2013, discontinuing)."""
    agreed = exists().where(Answers.instance_id == standing.subject.instance, Answers.element == "agree_visiting")
    return standing.connection.execute(select(agreed)).scalar_one()


def _has_no_earlier_chair(standing: _Standing) -> bool:
    chaired = exists().where(Answers.case_id == standing.case, Answers.element.in_(CHAIRED))
    return not standing.connection.execute(select(chaired)).scalar_one()


def _has_earlier_chair(standing: _Standing) -> bool:
    """The same chair leads the later reviews where possible (WT2013, initial child protection conferences)."""
    return _has_chair(standing, Answers.case_id == standing.case)


def _meets_again(standing: _Standing) -> bool:
    """A conference that meets again was given its chair the first time."""
    return _has_chair(standing, Answers.instance_id == standing.subject.instance)


def _has_chair(standing: _Standing, appointed: ColumnElement[bool]) -> bool:
    chosen = (
        select(Answers.answers)
        .where(appointed, Answers.element == "appoint_chair")
        .order_by(Answers.at.desc(), Answers.id.desc())
        .limit(1)
    )
    last: dict[str, Any] | None = standing.connection.execute(chosen).scalar_one_or_none()
    chairs = independent_chairs(standing.connection, standing.subject, standing.now)
    return last is not None and last.get("chair") in {chair.value for chair in chairs}


def _are_few_agencies(standing: _Standing) -> bool:
    """A conference needs the authority and two others. Nothing is said of them before they are named."""
    named = standing.answers.get("took_part")
    return isinstance(named, list) and len({*cast("list[Any]", named)} - {*OWN_PEOPLE}) < ENOUGH_AGENCIES


def _is_minimum_missing(standing: _Standing) -> bool:
    """Who takes part in every strategy discussion (WT2013). Nothing is said of them before they are named."""
    named = standing.answers.get("took_part")
    return isinstance(named, list) and not all(one in cast("list[Any]", named) for one in MINIMUM)


_HOLDS: Mapping[str, Callable[[_Standing], bool]] = {
    "late": _is_late,
    "unborn": _is_unborn,
    "born": lambda standing: not _is_unborn(standing),
    "possible_match": lambda standing: bool(possible_matches(standing.connection, standing.case)),
    "not_clarified": _is_not_clarified,
    "contributions_out": lambda standing: _is_open("contribute", standing=standing),
    "child_not_seen": lambda standing: _is_open("see_child", standing=standing),
    "no_continuing_risk": lambda standing: not _is_at_continuing_risk(standing),
    "interview_missing": lambda standing: _is_open("interview_family", "interview_parents", standing=standing),
    "work_running": lambda standing: bool(running_work(standing.connection, standing.model, standing.subject)),
    "order": lambda standing: order_in_force(standing.connection, standing.case),
    "no_order": lambda standing: not order_in_force(standing.connection, standing.case),
    "extension": lambda standing: may_be_extended(standing.connection, standing.case),
    "accepted_elsewhere": lambda standing: is_accepted_elsewhere(standing.connection, standing.subject.instance),
    "minimum_missing": _is_minimum_missing,
    "plan": lambda standing: plan_in_force(standing.connection, standing.case),
    "no_plan": lambda standing: not plan_in_force(standing.connection, standing.case),
    "no_legal_advice": lambda standing: _is_open("seek_legal_advice", standing=standing),
    "reports_out": lambda standing: _is_open("write_agency_report", standing=standing),
    "family_not_prepared": lambda standing: _is_open("prepare_child_and_family", standing=standing),
    "not_met_family": lambda standing: _is_open("meet_family", standing=standing),
    "first_meeting": _is_first_meeting,
    "visiting_agreed": _is_visiting_agreed,
    "no_earlier_chair": _has_no_earlier_chair,
    "meets_again": _meets_again,
    "earlier_chair": _has_earlier_chair,
    "later_meeting": lambda standing: not _is_first_meeting(standing),
    "report_missing": lambda standing: _is_open("write_conference_report", "write_review_report", standing=standing),
    "few_agencies": _are_few_agencies,
}
