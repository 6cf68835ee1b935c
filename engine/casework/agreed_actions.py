"""Actions are kept with the case: what was agreed in a task or added by hand, and what became of it.

What is agreed again in the same words, by the same step, is no second action: it is the one that stands. With another
day it is agreed anew, and the one before is overtaken by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from engine.base.identifiers import new_id
from engine.base.subject import Subject
from engine.casework.case_rows import InstanceRow
from engine.casework.corrected_clocks import Corrected
from engine.casework.disputing import AnswersPlace
from engine.casework.giving_parts import give_part
from engine.casework.locked_case import CaseWork
from engine.facts.open_actions import AS_AGREED, open_actions
from engine.forms.action_block import DONE, OPEN, OVERTAKEN, SaidAction, SaidOutcome, actions_said, outcomes_said
from engine.forms.questions import Schema
from engine.process.bundle import Model
from engine.tables import CaseAction, Instance, NamedRow

_Agreed = tuple[str, SaidAction]
"""With the field in whose list it stands."""


@dataclass(frozen=True, slots=True)
class AnsweredTask:
    """A task whose answers say something of actions, and which time it was done."""

    instance: InstanceRow
    element: str
    occurrence: int
    model: Model
    form: Schema
    answers: Mapping[str, Any]

    @property
    def place(self) -> AnswersPlace:
        return AnswersPlace(self.instance.id, self.element, self.occurrence)

    def subject(self, casework: CaseWork) -> Subject:
        return Subject(self.instance.process, self.element, casework.case.id, self.instance.id)


def take_actions(casework: CaseWork, task: AnsweredTask, *, gives_parts: bool) -> None:
    """What became of those that were open first, then what is agreed now. `gives_parts`: each agency that is to do
    something has a part in the case from now on.
    """
    outcomes, agreed = [*outcomes_said(task.form, task.answers)], [*actions_said(task.form, task.answers)]
    if not outcomes and not agreed:
        return
    casework.write_rows()
    _tell_by_task(casework, task, outcomes)
    casework.write_rows()
    _agree(casework, task, agreed)
    if gives_parts:
        _give_parts(casework, task.model, agreed)


def keep_action(
    casework: CaseWork, action: str, said: SaidAction, field: str = "", task: AnsweredTask | None = None
) -> None:
    """The row and its entry, still to be written. `action` is its id; `task` agreed it, in the list `field`."""
    columns = _columns(said)
    casework.changes.add(
        CaseAction,
        action,
        id=action,
        case_id=casework.case.id,
        came_from_id=None,
        instance_id=task.instance.id if task else None,
        element=task.element if task else "",
        occurrence=task.occurrence if task else 1,
        field=field,
        **columns,
        agreed_at=casework.now,
        account_id=casework.work.actor.account,
        state=OPEN,
        why="",
        told_at=None,
        told_by_id=None,
        **_by_nobody(),
    )
    payload = {"action": action, **columns, "by_when": said.by_when.isoformat()}
    if task:
        place: dict[str, Any] = {"element": task.element, "occurrence": task.occurrence}
        casework.note("action_agreed", task.instance, **place, payload={**payload, "field": field})
    else:
        casework.note("action_agreed", payload=payload)


def tell_of(
    casework: CaseWork, action: NamedRow, state: str, why: str, task: AnsweredTask | None = None, row: str = ""
) -> None:
    """What became of it, still to be written. `row` is how the answers of the task name it."""
    told = {"state": state, "why": why, "told_at": casework.now, "told_by_id": casework.work.actor.account}
    by_task = _by_task(task, row) if task else _by_nobody()
    casework.changes.change(CaseAction, action.id, **told, **by_task)
    place: dict[str, Any] = {"element": task.element, "occurrence": task.occurrence} if task else {}
    payload = {"action": action.id, "what": action.what, "state": state, "before": action.state, "why": why}
    casework.note("action_told", task.instance if task else None, **place, payload=payload)


def action_row(casework: CaseWork, action: str) -> NamedRow | None:
    """Of this case alone."""
    mine = select(CaseAction.__table__).where(CaseAction.id == action, CaseAction.case_id == casework.case.id)
    return casework.connection.execute(mine).one_or_none()


def keep_action_again(casework: CaseWork, said: Mapping[str, Any]) -> None:
    """As an entry `action_agreed` says that it was kept by hand."""
    action = SaidAction(
        said["what"], said["who"], said["agency"], said["person_id"] or "", date.fromisoformat(said["by_when"])
    )
    add_by_hand(casework, said["action"], action)


def add_by_hand(casework: CaseWork, action: str, said: SaidAction) -> None:
    """An agency that is to do something has a part in the case from now on."""
    keep_action(casework, action, said)
    _give_parts(casework, casework.model_in_force, [("", said)])
    casework.write_record()


def correct_actions(casework: CaseWork, said: Corrected, place: AnswersPlace) -> None:
    """Actions are what the answers say now: one that was never agreed is taken out while it is open, and what became of
    one is what is said now, unless somebody said something else since. The rows are written.
    """
    task = AnsweredTask(said.instance, place.element, place.occurrence, said.model, said.form, said.after)
    _correct_outcomes(casework, task, said.before)
    casework.write_rows()
    _correct_agreed(casework, task, said.before)
    casework.write_rows()


def _give_parts(casework: CaseWork, its_model: Model, agreed: Iterable[_Agreed]) -> None:
    for _, said in agreed:
        if said.agency in its_model.agencies_to_ask:
            give_part(casework, its_model, said.agency, "asked")


def _tell_by_task(casework: CaseWork, task: AnsweredTask, outcomes: Iterable[tuple[str, SaidOutcome]]) -> None:
    named: dict[str, dict[str, str]] = {}
    for field, said in outcomes:
        source = task.form["properties"][field]["x-choices"]
        if source not in named:
            found = open_actions(casework.connection, task.model, source, task.subject(casework))
            named[source] = {one.row: one.id for one in found}
        row = action_row(casework, named[source].get(said.row, ""))
        if row is not None and said.state != OPEN:
            tell_of(casework, row, said.state, said.why, task, said.row)


def _agree(casework: CaseWork, task: AnsweredTask, agreed: Iterable[_Agreed]) -> None:
    stands = [row for row in _of_step(casework, task) if _stands(row) or _told_by(row, task.place)]
    each = dict.fromkeys(agreed)
    again = {row.id for row in stands if any(_is(row, field, said) for field, said in each)}
    for field, said in each:
        same = [row for row in stands if row.field == field and _means(row, said)]
        if any(row.by_when == said.by_when for row in same):
            continue
        for row in same:
            if row.state == OPEN and row.id not in again:
                day = f"{said.by_when.day} {said.by_when:%B %Y}"
                tell_of(casework, row, OVERTAKEN, f"It was agreed anew, to be done by {day}.", task)
        keep_action(casework, new_id(), said, field, task)


def _stands(row: NamedRow) -> bool:
    """Agreed again it is no other action, also once it is done: a list that is filled in from the meeting before still
    has it. What was refused is agreed anew, and so is what was overtaken by another day.
    """
    by_another_day = row.of_instance_id is not None and not row.of_row
    return row.state in (OPEN, DONE) or (row.state == OVERTAKEN and not by_another_day)


def _of_step(casework: CaseWork, task: AnsweredTask) -> list[NamedRow]:
    """Those that this step agreed in this case, whichever time."""
    of_step = (Instance.process == task.instance.process, CaseAction.element == task.element)
    return [
        *casework.connection.execute(
            select(CaseAction.__table__)
            .join(Instance, Instance.id == CaseAction.instance_id)
            .where(CaseAction.case_id == casework.case.id, *of_step)
            .order_by(*AS_AGREED)
        )
    ]


def _means(row: NamedRow, said: SaidAction) -> bool:
    """The same for the same, by whichever day."""
    its = {name: value for name, value in _columns(said).items() if name != "by_when"}
    return all(getattr(row, name) == value for name, value in its.items())


def _is(row: NamedRow, field: str, said: SaidAction) -> bool:
    """Agreed in this list, by this very day."""
    return row.field == field and _means(row, said) and row.by_when == said.by_when


def _agreed_by(row: NamedRow, place: AnswersPlace) -> bool:
    return (row.instance_id, row.element, row.occurrence) == place


def _told_by(row: NamedRow, place: AnswersPlace) -> bool:
    return (row.of_instance_id, row.of_element, row.of_occurrence) == place


def _correct_outcomes(casework: CaseWork, task: AnsweredTask, before: Mapping[str, Any]) -> None:
    was = {(field, one.row): one for field, one in outcomes_said(task.form, before)}
    for field, said in outcomes_said(task.form, task.answers):
        if was.get((field, said.row)) == said:
            continue
        row = _named_in(casework, task, said.row)
        if row is None and was.get((field, said.row), said).state == OPEN:
            _tell_by_task(casework, task, [(field, said)])
        elif row is not None:
            tell_of(casework, row, said.state, said.why, task, said.row)


def _named_in(casework: CaseWork, task: AnsweredTask, row: str) -> NamedRow | None:
    """The action of which this task said last what became of it, by the name that it has there."""
    of_task = {f"of_{name}": value for name, value in task.place.as_columns.items()}
    found = select(CaseAction.__table__).filter_by(case_id=casework.case.id, of_row=row, **of_task)
    return casework.connection.execute(found).one_or_none()


def _correct_agreed(casework: CaseWork, task: AnsweredTask, before: Mapping[str, Any]) -> None:
    was, now = [*actions_said(task.form, before)], [*actions_said(task.form, task.answers)]
    gone, new = [one for one in was if one not in now], [one for one in now if one not in was]
    in_place = dict(zip(was, now, strict=True)) if len(was) == len(now) else {}
    rows = sorted(_of_step(casework, task), key=lambda row: not _agreed_by(row, task.place))
    to_keep = [*new]
    for field, said in gone:
        row = next((row for row in rows if _is(row, field, said)), None)
        instead = _instead(row, in_place.get((field, said)), [one for one in to_keep if one[0] == field])
        if row is not None and instead:
            to_keep.remove(instead)
            casework.changes.change(CaseAction, row.id, **_columns(instead[1]))
        elif row is not None and row.state == OPEN and _agreed_by(row, task.place):
            casework.connection.execute(delete(CaseAction).where(CaseAction.id == row.id))
    for field, said in to_keep:
        keep_action(casework, new_id(), said, field, task)
    if casework.closed_at is None and casework.work.actor.in_leading_agency:
        _give_parts(casework, task.model, new)


def _instead(row: NamedRow | None, in_place: _Agreed | None, new: Sequence[_Agreed]) -> _Agreed | None:
    """What the line of this action says now: what stands in its place; where lines came or went, the next that is new.
    An action of which somebody has said what became of it is made into no other by that.
    """
    if in_place in new:
        return in_place
    return next(iter(new), None) if row is not None and row.state == OPEN else None


def _columns(said: SaidAction) -> dict[str, Any]:
    return {
        "what": said.what,
        "who": said.who,
        "agency": said.agency,
        "person_id": said.person or None,
        "by_when": said.by_when,
    }


def _by_task(task: AnsweredTask, row: str) -> Mapping[str, Any]:
    return {**{f"of_{name}": value for name, value in task.place.as_columns.items()}, "of_row": row}


def _by_nobody() -> Mapping[str, Any]:
    return {"of_instance_id": None, "of_element": "", "of_occurrence": 1, "of_row": ""}
