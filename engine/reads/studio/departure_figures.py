"""How often people proceed differently at each step of a process: one that is often skipped is a fault of its drawing.

Figures alone, of the whole authority; of few nothing is said but that they are few. Cases that are kept from the reader
are not counted. Why stands on the page of each case, for whoever may know of it.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from engine.forms.departure_rules import How
from engine.people.identity import Actor
from engine.people.who_knows import is_open_to
from engine.process.bundle import Model
from engine.reads.authority.told_numbers import number_told
from engine.tables import Case, Departure


@dataclass(frozen=True, slots=True)
class DepartureFigure:
    """One step and one way of proceeding differently there: `times` in all, in how many `cases`, as they are told."""

    title: str
    how: How
    times: str
    cases: str


def departure_figures(connection: Connection, actor: Actor, model: Model, process: str) -> tuple[DepartureFigure, ...]:
    """What was done most often comes first. Of steps that are gone from what is in force, nothing."""
    times, cases = func.count().label("times"), func.count(Departure.case_id.distinct()).label("cases")
    rows = connection.execute(
        select(Departure.element, Departure.how, times, cases)
        .join(Case, Case.id == Departure.case_id)
        .where(Case.authority_id == actor.within, is_open_to(actor))
        .where(Departure.process == process, Departure.stands == "taken")
        .group_by(Departure.element, Departure.how)
        .order_by(times.desc(), Departure.element, Departure.how)
    )
    elements = model.drawings[process].elements
    return tuple(
        DepartureFigure(elements[row.element].name, row.how, number_told(row.times), number_told(row.cases))
        for row in rows
        if row.element in elements
    )
