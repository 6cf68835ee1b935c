"""What rests on an answer that was corrected is marked for whoever decided it: a form that was filled in from it or was
asked because of it, a task to which the process came by it, and what was decided about the task itself.

They say that it is still right, or correct theirs. Nothing else follows from a mark.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select

from engine.base.identifiers import new_id
from engine.casework import case_rows
from engine.casework.corrected_clocks import Corrected
from engine.casework.disputing import AnswersPlace
from engine.casework.locked_case import CaseWork
from engine.expressions.evaluation import names_read
from engine.facts.models import model
from engine.forms.schema import conditions_of, refusals_of
from engine.process.bundle import START, Model
from engine.process.drawing import Drawing
from engine.tables import Answers, Instance, NamedRow, RestingMark, models_then


def mark_what_rests(casework: CaseWork, said: Corrected, place: AnswersPlace, fields: Collection[str]) -> None:
    """`place` are the answers that were corrected, `fields` their questions. What nobody with an account decided, or
    waits already for the same reason, is not marked.
    """
    casework.write_rows()
    of_place = {f"of_{name}": value for name, value in place.as_columns.items()}
    waiting = casework.connection.execute(
        select(RestingMark.instance_id, RestingMark.element, RestingMark.occurrence)
        .filter_by(**of_place)
        .where(RestingMark.settled_at.is_(None))
    ).all()
    marked = {(one.instance_id, one.element, one.occurrence) for one in waiting}
    for row in _answered_since(casework, said, place):
        if (row.instance_id, row.element, row.occurrence) in marked:
            continue
        its_model = model(casework.connection, row.bundle)
        if _rests(its_model, row, said, fields):
            new = new_id()
            casework.changes.add(
                RestingMark,
                new,
                id=new,
                case_id=casework.case.id,
                **AnswersPlace(row.instance_id, row.element, row.occurrence).as_columns,
                **of_place,
                fields=sorted(fields),
                marked_at=casework.now,
                account_id=row.account_id,
                settled_at=None,
                settled_by=None,
                note=None,
            )
            rests: dict[str, Any] = {"task": f"{said.instance.process}.{place.element}", "fields": sorted(fields)}
            of_run = case_rows.instance(casework.connection, row.instance_id)
            told = {**rests, "account": row.account_id}
            casework.note("rests_on_corrected", of_run, element=row.element, occurrence=row.occurrence, payload=told)


def keep_as_right(casework: CaseWork, place: AnswersPlace, note: str) -> None:
    """Whoever looked at these answers again says that they stand."""
    instance = case_rows.instance(casework.connection, place.instance)
    said = {"note": note}
    casework.note("found_still_right", instance, element=place.element, occurrence=place.occurrence, payload=said)
    end_marks(casework, place, note)
    casework.write_record()


def end_marks(casework: CaseWork, place: AnswersPlace, note: str | None) -> None:
    """`note` is None where the answers were corrected themselves."""
    for mark in open_marks(casework, place):
        settled = {"settled_at": casework.now, "settled_by": casework.work.actor.account, "note": note}
        casework.changes.change(RestingMark, mark, **settled)


def open_marks(casework: CaseWork, place: AnswersPlace) -> Collection[str]:
    found = select(RestingMark.id).filter_by(**place.as_columns).where(RestingMark.settled_at.is_(None))
    return casework.connection.scalars(found.order_by(RestingMark.id)).all()


def _answered_since(casework: CaseWork, said: Corrected, place: AnswersPlace) -> Iterator[NamedRow]:
    """Of the case, by somebody with an account, until the same form was answered anew; in an order that is the same
    wherever it is done.
    """
    same = (Answers.case_id == casework.case.id, Answers.process == said.instance.process)
    anew = select(func.min(Answers.at)).where(*same, Answers.element == said.element, Answers.at > said.at)
    until = casework.connection.execute(anew).scalar_one() or casework.now
    rows = casework.connection.execute(
        select(Answers.instance_id, Answers.process, Answers.element, Answers.occurrence, Answers.account_id)
        .add_columns(models_then(Answers).label("bundle"), Instance.number)
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.case_id == casework.case.id, Answers.account_id.is_not(None))
        .where(Answers.at >= said.at, Answers.at <= until)
        .order_by(Answers.at, Answers.process, Instance.number, Answers.element, Answers.occurrence)
    )
    for row in rows.all():
        if (row.instance_id, row.element, row.occurrence) != place:
            yield row


def _rests(its_model: Model, row: NamedRow, said: Corrected, fields: Collection[str]) -> bool:
    process, element = said.instance.process, said.element
    form = its_model.form(row.process, row.element) or {}
    places = {f"{process}.{element}.{field}" for field in fields}
    filled = (place for field in form.get("properties", {}).values() for place in field.get("x-prefill", "").split())
    if not places.isdisjoint(filled):
        return True
    if row.instance_id != said.instance.id:
        return _judges(its_model, row, f"{process}.{element}")
    asked_by = {*conditions_of(form), *(condition for _, condition, _ in refusals_of(form))}
    start_or_last = "start" if element == START else f"last.{element}"
    read = {path for condition in asked_by for path in names_read(condition)}
    if not {f"{start_or_last}.{field}" for field in fields}.isdisjoint(read):
        return True
    drawing = its_model.drawings[row.process]
    came_by = {one for field in fields for one in _tasks_reached_by(drawing, f"{element}.{field}")}
    return _judges(its_model, row, element) or row.element in came_by


def _judges(its_model: Model, row: NamedRow, task: str) -> bool:
    found = its_model.drawings[row.process].elements.get(row.element)
    return found is not None and found.properties.get("not_by") == task


def _tasks_reached_by(drawing: Drawing, path: str) -> Iterator[str]:
    """The first tasks behind the places at which the drawing reads this answer."""
    reading = [one for one in drawing.elements if _reads(drawing, one, path)]
    seen, ahead = set(reading), [flow.target for one in reading for flow in drawing.outgoing(one)]
    while ahead:
        element = ahead.pop()
        if element in seen:
            continue
        seen.add(element)
        if drawing.elements[element].kind == "userTask":
            yield element
        else:
            ahead += [flow.target for flow in drawing.outgoing(element)]


def _reads(drawing: Drawing, element: str, path: str) -> bool:
    return any(path in names_read(source) for source in drawing.evaluated_at(element))
