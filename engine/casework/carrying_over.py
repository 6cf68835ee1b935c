"""A running process goes over to the drawing of other models: its open work, drafts and clocks with it, or not at all.

What is judged is judged before anything is written, so that the same function says what would come of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select, true, update

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.base.subject import Subject
from engine.casework.addressing import Addressed, addressed
from engine.casework.case_rows import InstanceRow, RunningInstance
from engine.casework.locked_case import CaseWork
from engine.casework.settling import settle
from engine.expressions.evaluation import BadExpression
from engine.facts.case_now import OpenItem
from engine.facts.joining import is_decided
from engine.facts.models import files, model
from engine.facts.own_work import why_not_judge
from engine.people.identity import actor as actor_of
from engine.people.who_may import may_take
from engine.process.answers_kept import Answered, taken_otherwise
from engine.process.bundle import Model
from engine.process.called_anew import CalledAnew, called_anew
from engine.process.migrating import CannotMigrate, migrate
from engine.process.position import Position
from engine.process.run import standing
from engine.tables import Answers, Deadline, Departure, Draft, Instance, NamedRow, WorkItem, models_then
from engine.tables.departure_tables import FURTHER
from engine.timescales.rules import Clock

Dropped = Mapping[str, Mapping[str, Any]]
"""By task and account, what had been typed for questions that are asked no more."""
NO_DRAFTS: Dropped = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CarriedTask:
    """A work item, with what its row becomes. `was` is the element by its old name, `element` by its new one."""

    item: OpenItem
    row: Addressed
    was: str
    element: str


@dataclass(frozen=True, slots=True)
class CarryingOver:
    """What comes of it: the state, where the instance stands by it, and its open tasks; which of them are handed back,
    as whoever has taken them may not do them any more.
    """

    instance: InstanceRow
    state: bytes
    position: Position
    tasks: tuple[CarriedTask, ...]
    handed_back: tuple[CarriedTask, ...]
    names: CalledAnew


def judged(casework: CaseWork, running: RunningInstance, new: Model, *, hands_back: bool = False) -> CarryingOver:
    """Reads and writes nothing. Raises NotPossible with the reason."""
    row, old = running.row, casework.model(running.row)
    if old.hash == new.hash:
        raise _refused("It runs on these models already")
    names = _called_anew(old, new, row.process)
    if names:
        old = names.model(old, files(casework.connection, old.hash)[old.drawings[row.process].file])
    before = names.state(running.state)
    state = _migrated(old, new, row.process, before)
    position = standing(new, row.process, state)
    _must_be_counted_alike(casework, running, new)
    _must_be_taken_alike(casework, running, new, names)
    if {*standing(old, row.process, before).open} != {*position.open}:
        raise _refused("A task that is open would need nobody any more, or would need somebody now")
    tasks = tuple(_carried_tasks(casework, new, names, row.id, position))
    handed_back = tuple(_not_for_their_owners(casework, new, tasks))
    for task in handed_back[:1]:
        if not hands_back:
            raise _refused(f"Whoever has taken “{task.row.title}” may not do it in the new drawing")
    return CarryingOver(replace(row, bundle=new.hash), state, position, tasks, handed_back, names)


def carry_over(
    casework: CaseWork,
    running: RunningInstance,
    new: Model,
    reason: str,
    *,
    restores: Dropped | None = None,
    recorded: Dropped | None = None,
    hands_back: bool = False,
) -> CarryingOver:
    """Carries it over and writes the record of it. Raises NotPossible.

    `restores`: it is taken back to the models that it came from, and this had been dropped of drafts on the way.
    `recorded` is what was dropped, where this is re-run: what was typed and not sent is in no record. `hands_back`:
    what its owner may not do any more is handed back, instead of a refusal.
    """
    over, before = judged(casework, running, new, hands_back=hands_back), running.row.bundle
    instance = running.row = over.instance
    running.state = over.state
    casework.moved[instance.id] = (instance, over.position)
    casework.changes.change(Instance, instance.id, bundle_hash=new.hash, state=over.state, has_gone_over=True)
    _keep_the_past(casework, instance.id, before, new.hash)
    _call_anew(casework, instance.id, new)
    for task in over.tasks:
        kept: dict[str, Any] = {"owner_id": None, "is_given": False} if task in over.handed_back else {}
        casework.changes.change(WorkItem, task.item.id, element=task.element, **task.row.columns, **kept)
        task.item.element = task.element
    _keep_requests(casework, over)
    if restores:
        _restore_drafts(casework, over, restores)
    dropped = _fit_drafts(casework, over) if recorded is None else recorded
    places = sorted([task.element, task.item.occurrence] for task in over.tasks)
    said = {"before": before, "open": places, "reason": reason, "dropped": dropped, "back": restores is not None}
    said |= {"hands_back": hands_back, "renamed": dict(over.names.tasks)}
    casework.note("migrated", instance, payload=said, bundle=instance.bundle)
    for task in over.handed_back:
        casework.note("handed_back", instance, element=task.element, occurrence=task.item.occurrence)
    settle(casework)
    return over


def _refused(why: str) -> NotPossible:
    return NotPossible(f"{why}.", code=RefusalCode.CANNOT_MIGRATE)


def _must_be_counted_alike(casework: CaseWork, running: RunningInstance, new: Model) -> None:
    row, old = running.row, casework.model(running.row)
    set_here = casework.connection.scalars(select(Deadline.clock).where(Deadline.instance_id == row.id).distinct())
    running_now = {one.clock for one in casework.deadlines if one.clock in old.rules}
    for clock in sorted({*set_here, *running_now}):
        if _counted(old.rules.get(clock)) != _counted(new.rules.get(clock)):
            title = old.rules[clock].title if clock in old.rules else clock
            raise _refused(f"The clock “{title}” runs or ran here, and the new models have none that is counted so")


def _counted(rule: Clock | None) -> tuple[object, ...]:
    """How a clock counts that was set; how long it runs and what it is called stand in its row."""
    return () if rule is None else (rule.unit, rule.kind, rule.scope, rule.counts_from, rule.protects)


def _migrated(old: Model, new: Model, process: str, state: bytes) -> bytes:
    try:
        return migrate(old, new, process, state)
    except CannotMigrate as cannot:
        raise NotPossible(str(cannot), code=RefusalCode.CANNOT_MIGRATE) from None


def _called_anew(old: Model, new: Model, process: str) -> CalledAnew:
    if process not in new.drawings:
        return CalledAnew(process, {}, {}, {})
    try:
        return called_anew(old, new, process)
    except ValueError as name:
        raise _refused(f"Two steps would become {new.drawings[process].named(str(name))}") from None


def _carried_tasks(
    casework: CaseWork, new: Model, names: CalledAnew, instance: str, position: Position
) -> Iterator[CarriedTask]:
    agencies = {(task.element, task.occurrence): task.agency for task in position.open}
    for item in [one for one in casework.items.values() if one.instance == instance]:
        element = names.task(item.element)
        if item.is_further and element not in new.drawings[item.process].elements:
            raise _refused(
                "A step that was opened out of order is still to be done, and the new models have none like it"
            )
        agency = item.agency if item.is_further else agencies[element, item.occurrence]
        row = _addressed(casework, new, item, element, agency)
        yield CarriedTask(item, row, item.element, element)


def _must_be_taken_alike(casework: CaseWork, running: RunningInstance, new: Model, names: CalledAnew) -> None:
    """What was answered, and what comes of it from now on."""
    row, connection = running.row, casework.connection
    given = select(Answers.element, Answers.answers, models_then(Answers).label("bundle")).join(
        Instance, Instance.id == Answers.instance_id
    )
    by_drawing = (Answers.instance_id == row.id, Answers.occurrence < FURTHER)
    rows = connection.execute(given.where(*by_drawing).order_by(Answers.occurrence)).all()
    newest = {one.element: Answered(model(connection, one.bundle), one.element, one.answers) for one in rows}
    for why, _ in taken_otherwise(new, names, newest):
        raise _refused(why)
    try:
        is_decided(connection, new, row.process, row.id)
    except BadExpression:
        raise _refused("Whether it has been decided could not be told from what was answered here") from None


def _addressed(casework: CaseWork, new: Model, item: OpenItem, name: str, agency: str | None) -> Addressed:
    element = new.drawings[item.process].elements[name]
    row = addressed(casework, new, element, agency)
    if row.agency != item.agency:
        raise _refused(f"“{element.name}” is open, and in the new drawing it is for another agency")
    return row


def _not_for_their_owners(casework: CaseWork, new: Model, tasks: Sequence[CarriedTask]) -> Iterator[CarriedTask]:
    """Those that whoever has taken them may not do any more."""
    connection, team = casework.connection, casework.case.team
    owned = select(WorkItem.id, WorkItem.owner_id).where(WorkItem.id.in_([task.item.id for task in tasks]))
    owners = {row.id: row.owner_id for row in connection.execute(owned) if row.owner_id}
    for task in tasks:
        owner, item = owners.get(task.item.id), task.item
        if owner is None:
            continue
        subject = Subject(item.process, task.element, casework.case.id, item.instance)
        try:
            who = actor_of(connection, owner, casework.now)
            may = may_take(who, task.row.role, task.row.also, task.row.agency, team)
        except NotFound:  # left, and the task is about to be handed back
            may = False
        if not may or why_not_judge(connection, new, subject, owner):
            yield task


def _keep_requests(casework: CaseWork, over: CarryingOver) -> None:
    """To proceed differently at one of its open tasks, which may be called otherwise from now on."""
    for task in over.tasks:
        place = (Departure.instance_id == over.instance.id, Departure.element == task.was)
        waits = update(Departure).where(
            *place, Departure.stands == "waits", Departure.occurrence == task.item.occurrence
        )
        casework.connection.execute(waits.values(element=task.element))


def _keep_the_past(casework: CaseWork, instance: str, before: str, now: str) -> None:
    """What has been answered and closed is told by the models of its day. What was on these is theirs again."""
    closed = {Answers: true(), WorkItem: WorkItem.closed_at.is_not(None)}
    for table, is_past in closed.items():
        told_by = func.nullif(func.coalesce(table.told_by, before), now)
        its = (table.instance_id == instance, is_past)
        casework.connection.execute(update(table).where(*its).values(told_by=told_by))


def _call_anew(casework: CaseWork, instance: str, new: Model) -> None:
    """Its clocks that run: those that have ended keep the name that they had."""
    for one in casework.deadlines:
        if one.instance == instance and one.clock in new.rules:
            casework.changes.change(Deadline, one.id, title=new.rules[one.clock].title)


def _fit_drafts(casework: CaseWork, over: CarryingOver) -> dict[str, dict[str, Any]]:
    """Drafts keep what still has a question; gives the rest, which the entry keeps."""
    dropped: dict[str, dict[str, Any]] = {}
    for task, row, answers in _drafts(casework, over):
        form = casework.model(over.instance).form(task.item.process, task.element) or {}
        asked = form.get("properties", {})
        if lost := {name: answer for name, answer in answers.items() if name not in asked}:
            dropped[_typed_in(task.element, task, row)] = lost
        _keep_draft(casework, row, {name: answer for name, answer in answers.items() if name in asked})
    return dropped


def _restore_drafts(casework: CaseWork, over: CarryingOver, dropped: Dropped) -> None:
    """What was dropped stands again in the drafts that are still there."""
    for task, row, answers in _drafts(casework, over):
        if lost := dropped.get(_typed_in(task.was, task, row)):
            _keep_draft(casework, row, {**lost, **answers})


def _drafts(casework: CaseWork, over: CarryingOver) -> Iterator[tuple[CarriedTask, NamedRow, dict[str, Any]]]:
    """Of its open tasks: the task, the row, and what was typed under its new names."""
    tasks = {task.item.id: task for task in over.tasks}
    of_them = select(Draft.account_id, Draft.subject, Draft.answers).where(Draft.subject.in_(tasks))
    for row in casework.connection.execute(of_them.order_by(Draft.subject, Draft.account_id)).all():
        task = tasks[row.subject]
        yield task, row, over.names.answered(task.was, row.answers)


def _typed_in(element: str, task: CarriedTask, row: NamedRow) -> str:
    """The same in re-running, and on the way back."""
    return f"{element} {task.item.occurrence} {row.account_id}"


def _keep_draft(casework: CaseWork, row: NamedRow, answers: dict[str, Any]) -> None:
    if answers != row.answers:
        its = (Draft.account_id == row.account_id, Draft.subject == row.subject)
        casework.connection.execute(update(Draft).where(*its).values(answers=answers))
