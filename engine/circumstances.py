"""How things stand for a task or a start form: what holds now (`x-when`), and who or what may be chosen.

Read from the projections inside the command's transaction, so that the page and the check agree.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from engine.access import SOCIAL_CARE
from engine.forms import Choice, decisions
from engine.matching import possible_matches
from engine.process.bundle import START, Model
from engine.process.expressions import BadExpression
from engine.tables import Account, Answers, Case, Deadline, Instance, Membership, Person, WorkItem
from engine.timescales import Rule


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: a task of an instance, or the start of a process (`element` is `start`)."""

    process: str
    element: str
    case: str | None = None
    instance: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """`holding` are names of engine/checks.py; `choices` are by field id or kind of question."""

    holding: frozenset[str]
    choices: Mapping[str, tuple[Choice, ...]]


def situation(connection: Connection, model: Model, subject: Subject, answers: object, now: datetime) -> Situation:
    """`answers` are those given so far, unchecked, whatever JSON they are: whether work is late depends on when it is
    said to have happened.
    """
    given: Mapping[str, Any] = cast(Mapping[str, Any], answers) if isinstance(answers, Mapping) else {}
    named = frozenset(_texts_in(model.form(subject.process, subject.element)))
    choices = {"agencies": _agencies(model)}
    if subject.case is None:
        return Situation(frozenset(), choices)
    case = subject.case
    matches = possible_matches(connection, case) if "possible_match" in named else ()
    running = _running_work(connection, subject, model) if "work_running" in named else ()
    asked: dict[str, Callable[[], bool]] = {
        "late": lambda: _is_late(connection, model, subject, given, now),
        "unborn": lambda: _is_unborn(connection, case),
        "born": lambda: not _is_unborn(connection, case),
        "possible_match": lambda: bool(matches),
        "not_clarified": lambda: _is_not_clarified(connection, subject),
        "contributions_out": lambda: _is_open(connection, subject, "contribute"),
        "interview_missing": lambda: _is_open(connection, subject, "interview_family"),
        "child_not_seen": lambda: _is_open(connection, subject, "see_child"),
        "work_running": lambda: bool(running),
    }
    if "person" in named:
        choices["person"] = _colleagues(connection, subject, now)
    known = tuple(Choice(match.person, match.description) for match in matches)
    choices |= {"known_person": known, "withdrawn": running}
    return Situation(frozenset(name for name, holds in asked.items() if name in named and holds()), choices)


def _texts_in(part: object) -> Iterator[str]:
    """Every text of a form: what it names nowhere need not be computed."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for inner in cast(Mapping[str, object], part).values():
            yield from _texts_in(inner)
    elif isinstance(part, list):
        for inner in cast(list[object], part):
            yield from _texts_in(inner)


def _agencies(model: Model) -> tuple[Choice, ...]:
    """Those that can be asked: social care is never a contributor to its own work."""
    return tuple(Choice(one.id, one.name) for one in model.agencies.values() if one.id != SOCIAL_CARE)


def _colleagues(connection: Connection, subject: Subject, now: datetime) -> tuple[Choice, ...]:
    """The social workers of the case's team."""
    if subject.case is None:
        return ()
    rows = connection.execute(
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .join(Case, Case.team_id == Membership.team_id)
        .where(Case.id == subject.case, Membership.role == "social_worker", Membership.held_from <= now)
        .where(or_(Membership.held_until.is_(None), Membership.held_until > now), Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id)
        .distinct()
    )
    return tuple(Choice(account, name) for account, name in rows)


def _is_late(connection: Connection, model: Model, subject: Subject, answers: Mapping[str, Any], now: datetime) -> bool:
    names = _decided_so_far(model.form(subject.process, subject.element) or {}, answers)
    for rule in model.rules.values():
        if not _may_meet(rule, subject, names):
            continue
        statement = select(Deadline.due_at).where(
            Deadline.case_id == subject.case, Deadline.clock == rule.id, *_unfinished(rule, subject)
        )
        at = _happened_at(rule, answers, now)
        if any(due_at < at for due_at in connection.execute(statement).scalars()):
            return True
    return False


def _decided_so_far(form: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of unchecked answers only those of single questions: what a list holds may be anything yet."""
    fields = {name: field for name, field in form.get("properties", {}).items() if "items" not in field}
    return decisions({"properties": fields}, answers)


def _unfinished(rule: Rule, subject: Subject) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Deadline.met_at.is_(None), Deadline.stopped_at.is_(None)]
    return [*conditions, Deadline.instance_id == subject.instance] if rule.scope == "instance" else conditions


def _may_meet(rule: Rule, subject: Subject, names: Mapping[str, object]) -> bool:
    """Before a decision is made it may still be the one that meets the clock, and the question is asked."""
    for event in rule.met_on:
        try:
            if event.matches("completed", subject.process, subject.element, names):
                return True
        except BadExpression:
            return True
    return False


def _happened_at(rule: Rule, answers: Mapping[str, Any], now: datetime) -> datetime:
    try:
        return rule.met_at.instant(answers, now)
    except (ValueError, OverflowError):  # not a time: its own problem is said beside it
        return now


def _is_unborn(connection: Connection, case: str) -> bool:
    row = connection.execute(
        select(Person.born, Person.expected).join(Case, Case.person_id == Person.id).where(Case.id == case)
    ).one()
    return row.born is None and row.expected is not None


def _is_not_clarified(connection: Connection, subject: Subject) -> bool:
    """Deciding before clarifying needs a reason, unless the child is in danger now."""
    if subject.element != "decide_response" or not _is_open(connection, subject, "clarify_referral"):
        return False
    started: dict[str, Any] | None = connection.execute(
        select(Answers.answers).where(Answers.instance_id == subject.instance, Answers.element == START)
    ).scalar_one_or_none()
    return started is None or started.get("immediate_danger") != "yes"


def _is_open(connection: Connection, subject: Subject, element: str) -> bool:
    return connection.execute(
        select(
            exists().where(
                WorkItem.instance_id == subject.instance, WorkItem.element == element, WorkItem.closed_at.is_(None)
            )
        )
    ).scalar_one()


def _running_work(connection: Connection, subject: Subject, model: Model) -> tuple[Choice, ...]:
    """What a manager who closes the case would withdraw, each with its own reason."""
    rows = connection.execute(
        select(Instance.process, Instance.number)
        .where(Instance.case_id == subject.case, Instance.status == "running", Instance.process != "case_closure")
        .order_by(Instance.started_at, Instance.process, Instance.number)
    )
    return tuple(Choice(work_name(process, number), _title(model, process, number)) for process, number in rows)


def work_name(process: str, number: int) -> str:
    """How a running process of a case is named in answers: `assessment`, and from the second on `assessment_2`."""
    return process if number == 1 else f"{process}_{number}"


def _title(model: Model, process: str, number: int) -> str:
    name = model.drawings[process].name if process in model.drawings else process
    return name if number == 1 else f"{name} ({number})"
