"""How things stand for a task or a start form: what holds now (`x-when`), and who or what may be chosen.

Read from the projections inside the command's transaction, so that the page and the check agree. Each condition of the
form is an expression over facts (FACTS in engine/forms/checks.py); only the facts that it reaches are computed, each
statement at most once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import Connection, select

from engine.base.subject import Subject
from engine.expressions.evaluation import BadExpression, evaluate, names_read
from engine.facts.candidates import Asking, candidates, independent_chairs, running_work
from engine.facts.case_now import CaseNow, CaseRead
from engine.facts.child import known_cases_of_child
from engine.facts.date_rules import beyond_limit, happened_on, recorded_late, working_days_to_18
from engine.facts.earlier_answers import answers_given
from engine.facts.known_days import ALWAYS, KnownDays
from engine.facts.lateness import is_late
from engine.facts.matching import Matches, possible_matches
from engine.facts.of_child import Asked, answered, asked_in, awaited
from engine.facts.protection import may_be_extended
from engine.facts.sharing_wishes import Wish, go_against, wishes_of
from engine.forms import Choice, decisions
from engine.forms.action_block import OPEN, outcomes_said
from engine.forms.questions import Schema
from engine.forms.schema import conditions_of, refusals_of
from engine.forms.sharing_block import recipients
from engine.people.identity import Actor
from engine.process.bundle import START, Model
from engine.tables import Answers
from engine.timescales.calendar import of_age


@dataclass(frozen=True, slots=True)
class Situation:
    """`holding` are conditions of the form (`x-when`, and those of `x-refuse`), as they are written; `choices` by field
    or kind of question.
    """

    holding: frozenset[str]
    choices: Mapping[str, tuple[Choice, ...]]


def situation(
    connection: Connection,
    actor: Actor,
    model: Model,
    subject: Subject,
    answers: object,
    now: datetime,
    case_now: CaseNow | None = None,
) -> Situation:
    """`actor` is whoever answers: which children may be chosen depends on whom they may know. `answers` are those given
    so far, unchecked, whatever JSON they are: whether work is late depends on when it is said to have happened.
    `case_now` is what is known of the case already; without it that is read.
    """
    given = cast("dict[str, Any]", answers) if isinstance(answers, dict) else {}
    matches = cache(partial(_matches, connection, actor, subject.case or ""))
    choices = candidates(Asking(connection, actor, model, subject, now, given, matches))
    form = model.form(subject.process, subject.element) or {}
    conditions = conditions_of(form) | {condition for _, condition, _ in refusals_of(form)}
    if not conditions:
        return Situation(frozenset(), choices)
    known = case_now or (CaseRead(connection, subject.case, actor) if subject.case else None)
    facts = _Facts(_Standing(connection, actor, model, subject, known, given, now, matches), conditions)
    return Situation(frozenset(one for one in conditions if _holds(one, facts, model.agencies_to_ask)), choices)


def _matches(connection: Connection, actor: Actor, case: str) -> Matches:
    return possible_matches(connection, actor, [case]).get(case, Matches())


def _holds(condition: str, facts: "_Facts", agencies: frozenset[str]) -> bool:
    """What these facts cannot answer does not hold: unchecked answers may be anything, and there may be no case yet."""
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
            if name not in _WITHOUT_CASE and self._standing.known is None:
                raise BadExpression(f"There is no case yet, and so no {name}.")
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
    """What the facts are about. `known` is None where there is no case yet."""

    connection: Connection
    actor: Actor
    model: Model
    subject: Subject
    known: CaseNow | None
    answers: dict[str, Any]
    now: datetime
    matches: Callable[[], Matches]

    @property
    def case(self) -> str:
        return self.subject.case or ""

    @property
    def case_now(self) -> CaseNow:
        if self.known is None:
            raise BadExpression("There is no case yet.")
        return self.known

    @property
    def days(self) -> KnownDays:
        return KnownDays(self.connection, self.actor, self.model, self.subject, self.known, self.answers, self.now)

    @property
    def form(self) -> Schema:
        return self.model.form(self.subject.process, self.subject.element) or {}

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """As they stand, or stood when it was answered."""
        return wishes_of(self.connection, self.actor, self.case, self.subject.given_at)

    def chairs_still(self, *where: Any) -> bool:
        """Whether the chair who was chosen last there may still chair this case."""
        chosen: object = next(answers_given(self.connection, "chair", *where), None)
        chairs = independent_chairs(self.connection, self.model, self.subject, self.now) if chosen else ()
        return chosen in {chair.value for chair in chairs}


def _chair(standing: _Standing, named: frozenset[str]) -> dict[str, object]:
    """The same chair leads the later reviews where possible (WT2013); a conference that meets again keeps its own."""
    anywhere, here = Answers.case_id == standing.case, Answers.instance_id == standing.subject.instance
    asked = {"earlier": anywhere, "meets_again": here}
    return {name: standing.chairs_still(where) for name, where in asked.items() if name in named}


def _open(standing: _Standing, named: frozenset[str]) -> dict[str, bool]:
    """Whether these tasks of the same instance still wait for somebody."""
    items = standing.case_now.items.values()
    waiting = {item.element for item in items if item.instance == standing.subject.instance}
    return {task: task in waiting for task in named}


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
        .where(Answers.at < (standing.subject.given_at or ALWAYS))
        .order_by(Answers.occurrence)
    )
    return {row.element: row.answers for row in rows}


def _running(standing: _Standing, named: frozenset[str]) -> dict[str, bool]:
    running = {deadline.clock for deadline in standing.case_now.deadlines}
    return {clock: clock in running for clock in named}


def _child(standing: _Standing, named: frozenset[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    if "of_age" in named:
        born = standing.case_now.case.born
        found["of_age"] = born is not None and of_age(born) <= happened_on(standing.days)
    if "working_days_to_18" in named and (left := working_days_to_18(standing.days)) is not None:
        found["working_days_to_18"] = left
    for name, ask in (("answered", answered), ("awaits", awaited)):
        asked = {asked_in(path.removeprefix(f"{name}.")) for path in named if path.startswith(f"{name}.")}
        if asked:
            found[name] = _by_name(ask(standing.connection, standing.case, asked))
    return found


def _by_name(holds: Mapping[Asked, bool]) -> dict[str, Any]:
    """By process, task, question and answer, as expressions look them up."""
    found: dict[str, Any] = {}
    for (process, task, question, answer), one in holds.items():
        found.setdefault(process, {}).setdefault(task, {}).setdefault(question, {})[answer] = one
    return found


_COMPUTED: Mapping[str, Callable[[_Standing, frozenset[str]], object]] = {
    "late": lambda standing, _: is_late(
        standing.case_now, standing.model, standing.subject, standing.answers, standing.now
    ),
    "possible_match": lambda standing, _: bool(standing.matches().shown),
    "hidden_match": lambda standing, _: standing.matches().hidden,
    "work_running": lambda standing, _: bool(running_work(standing.connection, standing.model, standing.subject)),
    "order_may_be_extended": lambda standing, _: may_be_extended(
        standing.connection, known_cases_of_child(standing.actor, standing.case)
    ),
    "case": lambda standing, _: standing.case_now.known_facts(),
    "chair": _chair,
    "open": _open,
    "done": _done,
    "last": _last,
    "start": _start,
    "answers": lambda standing, _: standing.answers,
    "running": _running,
    "by_anyone": lambda standing, _: standing.subject.by_anyone,
    "beyond_limit": lambda standing, _: beyond_limit(standing.days),
    "recorded_late": lambda standing, _: recorded_late(standing.days),
    "against_wishes": lambda standing, _: bool(
        go_against(standing.wishes, recipients(standing.form, standing.answers))
    ),
    "actions_left": lambda standing, _: any(
        one.state == OPEN for _field, one in outcomes_said(standing.form, standing.answers)
    ),
    "child": _child,
}
"""By the first part of the names in FACTS; each takes the rest of the names that the form asks."""
_WITHOUT_CASE = frozenset({"answers", "by_anyone", "recorded_late"})
"""What can be said of a form that opens a case."""
