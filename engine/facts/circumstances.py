"""How things stand for a task or a start form: what holds now (`x-when`), and who or what may be chosen.

Read from the projections inside the command's transaction, so that the page and the check agree. Each condition of the
form is an expression over facts (FACTS in engine/forms/checks.py); only the facts that it reaches are computed, each
statement at most once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from engine.base.subject import Subject
from engine.expressions.evaluation import BadExpression, evaluate, names_read
from engine.facts.candidates import candidates, independent_chairs, running_work
from engine.facts.earlier_answers import answers_given
from engine.facts.lateness import is_late
from engine.facts.matching import possible_matches
from engine.facts.protection import may_be_extended, order_in_force
from engine.forms import Choice, decisions
from engine.forms.questions import Schema
from engine.forms.schema import conditions_of
from engine.process.bundle import START, Model
from engine.tables import Answers, Case, Deadline, Person, WorkItem


@dataclass(frozen=True, slots=True)
class Situation:
    """`holding` are conditions (`x-when`) of the form, as they are written; `choices` by field or kind of question."""

    holding: frozenset[str]
    choices: Mapping[str, tuple[Choice, ...]]


def situation(connection: Connection, model: Model, subject: Subject, answers: object, now: datetime) -> Situation:
    """`answers` are those given so far, unchecked, whatever JSON they are: whether work is late depends on when it is
    said to have happened.
    """
    choices = candidates(connection, model, subject, now)
    conditions = conditions_of(model.form(subject.process, subject.element) or {})
    if subject.case is None or not conditions:
        return Situation(frozenset(), choices)
    given = cast("dict[str, Any]", answers) if isinstance(answers, dict) else {}
    facts = _Facts(_Standing(connection, model, subject, subject.case, given, now), conditions)
    return Situation(frozenset(one for one in conditions if _holds(one, facts, model.agencies_to_ask)), choices)


def _holds(condition: str, facts: "_Facts", agencies: frozenset[str]) -> bool:
    """What these facts cannot answer does not hold: unchecked answers may be anything."""
    try:
        return evaluate(condition, facts, agencies) is True
    except BadExpression:
        return False


class _Facts(Mapping[str, object]):
    """Facts by the first part of their name, each computed when it is first looked up."""

    def __init__(self, standing: "_Standing", conditions: frozenset[str]) -> None:
        self._standing = standing
        self._named = frozenset(path for condition in conditions for path in names_read(condition))
        self._known: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._known:
            inside = frozenset(path.removeprefix(f"{name}.") for path in self._named if path.startswith(f"{name}."))
            self._known[name] = _COMPUTED[name](self._standing, inside)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in _COMPUTED

    def __iter__(self) -> Iterator[str]:
        return iter(_COMPUTED)

    def __len__(self) -> int:
        return len(_COMPUTED)


@dataclass(frozen=True)
class _Standing:
    """What the facts are about. `case` is that of the subject."""

    connection: Connection
    model: Model
    subject: Subject
    case: str
    answers: dict[str, Any]
    now: datetime

    @property
    def form(self) -> Schema:
        return self.model.form(self.subject.process, self.subject.element) or {}

    @cached_property
    def row(self) -> Row[date | None, date | None, datetime | None, datetime | None, datetime | None]:
        return self.connection.execute(
            select(Person.born, Person.expected, Case.plan_from, Case.plan_until, Case.closed_at)
            .join(Case, Case.person_id == Person.id)
            .where(Case.id == self.case)
        ).one()

    def case_facts(self, named: frozenset[str]) -> dict[str, object]:
        return {fact: _CASE_FACTS[fact](self) for fact in named if fact in _CASE_FACTS}

    def chairs_still(self, *where: Any) -> bool:
        """Whether the chair who was chosen last there may still chair this case."""
        chosen: object = next(answers_given(self.connection, "chair", *where), None)
        chairs = independent_chairs(self.connection, self.model, self.subject, self.now) if chosen else ()
        return chosen in {chair.value for chair in chairs}


_CASE_FACTS: Mapping[str, Callable[[_Standing], bool]] = {
    "unborn": lambda standing: standing.row.born is None and standing.row.expected is not None,
    "plan_in_force": lambda standing: standing.row.plan_from is not None and standing.row.plan_until is None,
    "order_in_force": lambda standing: order_in_force(standing.connection, standing.case),
    "case_closed": lambda standing: standing.row.closed_at is not None,
}


def _late(standing: _Standing, _named: frozenset[str]) -> bool:
    at = standing.now
    return is_late(standing.connection, standing.model, standing.subject, standing.answers, standing.case_facts, at)


def _chair(standing: _Standing, named: frozenset[str]) -> dict[str, object]:
    """The same chair leads the later reviews where possible (WT2013); a conference that meets again keeps its own."""
    anywhere, here = Answers.case_id == standing.case, Answers.instance_id == standing.subject.instance
    asked = {"earlier": anywhere, "meets_again": here}
    return {name: standing.chairs_still(where) for name, where in asked.items() if name in named}


def _open(standing: _Standing, named: frozenset[str]) -> dict[str, bool]:
    """Whether these tasks of the same instance still wait for somebody."""
    waiting = standing.connection.scalars(
        select(WorkItem.element).where(
            WorkItem.instance_id == standing.subject.instance,
            WorkItem.element.in_(named),
            WorkItem.closed_at.is_(None),
        )
    )
    return dict.fromkeys(named, False) | dict.fromkeys(waiting, True)


def _done(standing: _Standing, named: frozenset[str]) -> dict[str, bool]:
    return {task: task in _answers_here(standing, named) for task in named}


def _last(standing: _Standing, named: frozenset[str]) -> dict[str, object]:
    return {**_answers_here(standing, frozenset(path.partition(".")[0] for path in named))}


def _start(standing: _Standing, _named: frozenset[str]) -> dict[str, object]:
    """With the defaults of the form for decisions that were not given, as drawings see them."""
    given = _answers_here(standing, frozenset({START})).get(START, {})
    return {**decisions(standing.model.form(standing.subject.process, START) or {}, given), **given}


def _answers_here(standing: _Standing, elements: frozenset[str]) -> dict[str, dict[str, Any]]:
    """The newest answers to each of the forms in the same instance."""
    rows = standing.connection.execute(
        select(Answers.element, Answers.answers)
        .where(Answers.instance_id == standing.subject.instance, Answers.element.in_(elements))
        .order_by(Answers.occurrence)
    )
    return {row.element: row.answers for row in rows}


def _running(standing: _Standing, named: frozenset[str]) -> dict[str, bool]:
    running = standing.connection.scalars(
        select(Deadline.clock).where(
            Deadline.case_id == standing.case,
            Deadline.clock.in_(named),
            Deadline.met_at.is_(None),
            Deadline.stopped_at.is_(None),
        )
    )
    return dict.fromkeys(named, False) | dict.fromkeys(running, True)


_COMPUTED: Mapping[str, Callable[[_Standing, frozenset[str]], object]] = {
    "late": _late,
    "possible_match": lambda standing, _: bool(possible_matches(standing.connection, standing.case)),
    "work_running": lambda standing, _: bool(running_work(standing.connection, standing.model, standing.subject)),
    "order_may_be_extended": lambda standing, _: may_be_extended(standing.connection, standing.case),
    "case": lambda standing, named: standing.case_facts(named),
    "chair": _chair,
    "open": _open,
    "done": _done,
    "last": _last,
    "start": _start,
    "answers": lambda standing, _: standing.answers,
    "running": _running,
}
"""By the first part of the names in FACTS; each takes the rest of the names that the form asks."""
