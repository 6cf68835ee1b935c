"""Of two cases of one child one alone may know of a birth, a death or a departure: what was told there is heard by what
came from the other one.

What follows is what the process that records it throws in its drawing: messages about the child are heard, and where a
plan is in force still, what is to end it begins.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from engine.casework.hearing import hear
from engine.casework.kept_with_child import COLUMN_OF, columns_told
from engine.casework.locked_case import CaseWork
from engine.casework.moving import begin
from engine.casework.news_of_child import tell_message
from engine.casework.setting_aside import FailedStep, attempt
from engine.casework.to_do import Hear
from engine.facts.life_events import life_event
from engine.people.identity import SYSTEM
from engine.process import run
from engine.process.bundle import START, Model
from engine.process.position import Thrown
from engine.tables import Case, NamedRow, Person
from engine.timescales.calendar import start_of


def make_one_life(casework: CaseWork, newer: str) -> None:
    """In the case that goes on, once it holds what both had."""
    here, there, model = _child_of(casework, casework.case.id), _child_of(casework, newer), casework.model_in_force
    for process in (one for one in model.drawings if life_event(model, one)):
        for column in columns_told(model, process):
            known, told = getattr(here, column), getattr(there, column)
            waits_to_be_born = here.expected or there.expected
            if (known is None) != (told is None) and (column != "born" or waits_to_be_born):
                _hear_of(casework, process, known or told, is_news=known is None)


def _child_of(casework: CaseWork, case: str) -> NamedRow:
    columns = (Person.expected, *(getattr(Person, column) for column in COLUMN_OF.values()))
    return casework.connection.execute(
        select(*columns).join(Case, Case.person_id == Person.id).where(Case.id == case)
    ).one()


def _hear_of(casework: CaseWork, process: str, day: date, *, is_news: bool) -> None:
    """`is_news`: the case that goes on did not know, and nor did others of its child."""
    model = casework.model_in_force
    for thrown in _thrown(model, process):
        message = model.messages[thrown.name]
        if "reaches_child" in message.effects:
            hear(casework, Hear(thrown.name, thrown.payload, start_of(day)))
            casework.happened = start_of(day)
            if is_news:
                tell_message(casework, thrown, message)
        elif message.starts and casework.plan_since:
            begin(casework, message.starts, {}, by=SYSTEM, payload=thrown.payload)


def _thrown(model: Model, process: str) -> Iterator[Thrown]:
    """By the process from its beginning, as it does before anybody has answered anything in it."""
    position = attempt(run.start, model, process, {START: {}, "case": {}})
    if not isinstance(position, FailedStep):
        yield from position.thrown
