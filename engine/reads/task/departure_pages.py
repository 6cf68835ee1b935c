"""The pages on which somebody proceeds differently: without a step, with one more, or before its turn; and decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.base.subject import Subject
from engine.facts.circumstances import situation
from engine.facts.departure_forms import (
    CLOSED,
    DECIDE,
    MANAGER_DECIDES,
    NOT_FOR_YOU,
    Whose,
    agencies_named,
    asked_to_depart,
    form_of_skip,
    may_open,
    may_skip,
    takes_manager,
    whose,
    why_never_there,
)
from engine.facts.managing import manages
from engine.facts.models import in_force, model
from engine.forms import questions
from engine.forms.departure_rules import How
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.people.who_knows import must_know, must_take_part
from engine.reads.case.answered import form_title
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.case.case_facts import ProcessRun, runs
from engine.reads.case.departed import DepartureView, one_departure
from engine.reads.task.form_view import Answering, FormView, asked_plainly, named_by, nothing_typed
from engine.reads.task.task_page import known_row
from engine.tables import Case, Instance, WorkItem
from engine.tables.departure_tables import FURTHER


@dataclass(frozen=True, slots=True)
class DepartingPage:
    """`title` is the step. `why_not` says why it is not possible, and is empty where it is; `manager`: one agrees
    first. `states` something of the step itself.
    """

    case: str
    bar: CaseBar
    how: How
    title: str
    why_not: str
    manager: bool
    states: bool
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.bar.cases_shown, *self.form.cases_named)))


@dataclass(frozen=True, slots=True)
class OtherStep:
    """A step of a process of the case that could be opened once more, or now. `why_not` as above."""

    instance: str
    element: str
    how: How
    title: str
    why_not: str
    manager: bool


@dataclass(frozen=True, slots=True)
class OtherSteps:
    """By process of the case, the newest run of each first."""

    case: str
    bar: CaseBar
    closed: bool
    processes: tuple[tuple[str, tuple[OtherStep, ...]], ...]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


@dataclass(frozen=True, slots=True)
class DecisionPage:
    case: str
    bar: CaseBar
    asked: DepartureView
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.bar.cases_shown


def to_skip(
    connection: Connection, actor: Actor, now: datetime, item: str, typed: Answering = nothing_typed
) -> DepartingPage:
    """Raises NotFound, and NotAllowed for whom it is not for."""
    row = known_row(connection, actor, item)
    must_take_part(connection, actor, row.case_id)
    its_model = model(connection, row.asked_on)
    if not may_skip(actor, its_model, Whose(row.role, tuple(row.also), row.agency_id), row.team_id):
        raise NotAllowed(NOT_FOR_YOU, code=RefusalCode.ROLE)
    about = Subject(row.process, row.element, row.case_id, row.instance_id)
    further = row.occurrence >= FURTHER
    stated: Schema = {} if further else form_of_skip(its_model, row.process, row.element)
    answers = typed(its_model.every_question(row.process, row.element))
    stands = situation(connection, actor, its_model, about, answers, now)
    asked = asked_to_depart("skip", stated, {})
    form = FormView(
        subject="",
        title=asked["title"],
        guidance="",
        questions=questions(asked, stands.holding, stands.choices),
        duties={},
        filled={},
        earlier={},
        draft={},
        drafted_at=None,
        cases_named=named_by(stands.choices),
    )
    closed = "This step was done or withdrawn already." if row.closed_at else ""
    return DepartingPage(
        case=row.case_id,
        bar=case_bar(connection, actor, now, row.case_id),
        how="skip",
        title=row.task,
        why_not=closed or (why_never_there(its_model, row.process, row.element, "skip") if not further else ""),
        manager=takes_manager(its_model, row.process, row.element, "skip") and not further,
        states=bool(stated.get("properties")),
        form=form,
    )


def other_steps(connection: Connection, actor: Actor, now: datetime, case: str) -> OtherSteps:
    """Raises NotFound; for who works in no case there is none. Of what runs and, of each process, what ran last."""
    must_know(connection, actor, case)
    row = connection.execute(select(Case.team_id, Case.closed_at).where(Case.id == case)).one()
    newest_first = [*runs(connection, Instance.case_id == case).values()][::-1]
    newest: dict[str, str] = {}
    for run in newest_first:
        newest.setdefault(run.process, run.id)
    shown = [run for run in newest_first if run.status == "running" or newest[run.process] == run.id]
    stands = _standing(connection, case)
    found = [(run.name, tuple(_steps(actor, run, stands, row.team_id))) for run in shown]
    bar = case_bar(connection, actor, now, case)
    return OtherSteps(case, bar, row.closed_at is not None, tuple(one for one in found if one[1]))


def to_open(
    connection: Connection, actor: Actor, now: datetime, case: str, instance: str, element: str, how: str
) -> DepartingPage:
    """Raises NotFound, and NotAllowed for whom it is not for."""
    must_know(connection, actor, case)
    must_take_part(connection, actor, case)
    run = runs(connection, Instance.case_id == case, Instance.id == instance).get(instance)
    task = run.model.drawings[run.process].elements.get(element) if run else None
    if run is None or task is None or task.kind != "userTask" or how not in ("repeat", "open"):
        raise NotFound
    row = connection.execute(select(Case.team_id, Case.closed_at).where(Case.id == case)).one()
    options = [one for one, its in whose(run.model, task).items() if may_open(actor, its, row.team_id)]
    if not options:
        raise NotAllowed(NOT_FOR_YOU, code=RefusalCode.ROLE)
    kind: How = "repeat" if how == "repeat" else "open"
    return DepartingPage(
        case=case,
        bar=case_bar(connection, actor, now, case),
        how=kind,
        title=form_title(run.model, run.process, element),
        why_not=CLOSED if row.closed_at else why_never_there(run.model, run.process, element, kind),
        manager=takes_manager(run.model, run.process, element, kind),
        states=False,
        form=asked_plainly(asked_to_depart(kind, {}, agencies_named(run.model, options)), {}),
    )


def to_decide(connection: Connection, actor: Actor, now: datetime, case: str, departure: str) -> DecisionPage:
    """Raises NotFound, and NotAllowed for who does not manage the team that has the case."""
    must_know(connection, actor, case)
    must_take_part(connection, actor, case)
    team = connection.execute(select(Case.team_id).where(Case.id == case)).scalar_one()
    if not manages(actor, in_force(connection, actor.within), team):
        raise NotAllowed(MANAGER_DECIDES, code=RefusalCode.ROLE)
    asked = one_departure(connection, actor, now, case, departure, [team])
    if asked is None:
        raise NotFound
    return DecisionPage(case, case_bar(connection, actor, now, case), asked, asked_plainly(DECIDE, {}))


def _standing(connection: Connection, case: str) -> Mapping[tuple[str, str], frozenset[str]]:
    """By run and step: `open`, `completed`, `withdrawn`, of each time that it came up."""
    rows = connection.execute(
        select(WorkItem.instance_id, WorkItem.element, WorkItem.closed_how).where(WorkItem.case_id == case)
    )
    found: dict[tuple[str, str], frozenset[str]] = {}
    for row in rows:
        place = (row.instance_id, row.element)
        found[place] = found.get(place, frozenset()) | {row.closed_how or "open"}
    return found


def _steps(
    actor: Actor, run: ProcessRun, stands: Mapping[tuple[str, str], frozenset[str]], team: str
) -> Iterator[OtherStep]:
    for task in run.model.drawings[run.process].elements.values():
        states = stands.get((run.id, task.id), frozenset())
        may = task.kind == "userTask" and any(may_open(actor, one, team) for one in whose(run.model, task).values())
        if not may or "open" in states:
            continue
        how: How = "repeat" if "completed" in states else "open"
        why = why_never_there(run.model, run.process, task.id, how)
        yield OtherStep(run.id, task.id, how, task.name, why, takes_manager(run.model, run.process, task.id, how))
