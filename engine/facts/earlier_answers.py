"""Answers given before, found by the role of their question: on whichever bundle they were given."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from engine.facts.models import model
from engine.forms.answer_roles import answer_with_role, field_with_role
from engine.tables import Answers, Instance, models_then


def answers_given(connection: Connection, role: str, *where: ColumnElement[bool]) -> Iterator[Any]:
    """Newest first, without those left empty. `where` is on `answers`."""
    joined = select(Answers.process, Answers.element, models_then(Answers).label("bundle_hash")).join(
        Instance, Instance.id == Answers.instance_id
    )
    places = connection.execute(joined.where(*where).distinct()).all()
    asking = {
        (row.process, row.element)
        for row in places
        if field_with_role(model(connection, row.bundle_hash).form(row.process, row.element) or {}, role)
    }
    if not asking:
        return
    rows = connection.execute(
        joined.add_columns(Answers.answers)
        .where(*where, tuple_(Answers.process, Answers.element).in_(asking))
        .order_by(Answers.at.desc(), Answers.occurrence.desc(), Answers.id.desc())
    )
    for row in rows:
        form = model(connection, row.bundle_hash).form(row.process, row.element) or {}
        answer = answer_with_role(form, role, row.answers)
        if answer:
            yield answer
