"""What happens in a child's life: the day on which a child was born, died or left the country, names and addresses.

A message of the bundle says that the day is kept (`records_birth` and the like in messages.csv): it reaches every open
case of the child, so each keeps it with its own person. Names and addresses are kept where a start form says them
(`keeps_with_child`), and stay to be read with their day in the answers of that form (engine/reads/case/life_page.py).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select, update

from engine.base.errors import NotPossible, RefusalCode
from engine.casework.known_children import details_of, find_anew
from engine.casework.locked_case import CaseWork
from engine.facts.beginnings import says
from engine.facts.life_events import why_not_recorded
from engine.facts.matching import folded_name
from engine.facts.models import model
from engine.forms.answer_roles import answer_with_role
from engine.forms.happening import happened_at
from engine.process.bundle import START, Model
from engine.process.drawing import THROWS
from engine.tables import Answers, Case, Instance, NamedRow, Person, models_then
from engine.timescales.calendar import day_of

COLUMN_OF = {"records_birth": "born", "records_death": "died_on", "records_departure": "abroad_since"}
"""The effect of a message -> the column of `person` that keeps the day."""
KEPT = ("given_name", "family_name", "address", "address_withheld")
"""Roles of what is kept with the child from the day that was said."""


def must_be_possible(casework: CaseWork, event: str) -> None:
    """`event` is one of LIFE_EVENTS, or empty. Raises NotPossible where it cannot have happened to this child."""
    if refusal := why_not_recorded(event, casework.known_facts(), _stands(casework).died_on) if event else "":
        raise NotPossible(refusal, code=RefusalCode.CANNOT_HAVE_HAPPENED)


def keep_day(casework: CaseWork, effects: Collection[str]) -> None:
    """What a message tells of the child, on the day that was said. A day that stands already stays."""
    for column in (COLUMN_OF[one] for one in effects if one in COLUMN_OF):
        if getattr(_stands(casework), column) is None:
            _put(casework, {column: day_of(casework.happened_at)})


def keep_with_child(casework: CaseWork, its_model: Model, process: str, answers: Mapping[str, Any]) -> None:
    """Of the name and the address that a start form says what nobody has said of a later day."""
    form = its_model.form(process, START) or {}
    day = day_of(happened_at(form, answers, casework.now) or casework.now)
    later = {role for on, role in _said_before(casework) if on > day}
    said = {role: answer for role in KEPT if role not in later and (answer := answer_with_role(form, role, answers))}
    if said:
        names = {role: said[role] for role in KEPT[:3] if role in said}
        _put(casework, {**names, **details_of(said)})


def columns_told(its_model: Model, process: str) -> list[str]:
    """The columns of `person` that keep the day that a process tells by its messages."""
    sent = (one.message or "" for one in its_model.drawings[process].elements.values() if one.kind in THROWS)
    effects = {effect for name in sent if name in its_model.messages for effect in its_model.messages[name].effects}
    return [COLUMN_OF[one] for one in sorted(effects & COLUMN_OF.keys())]


def _put(casework: CaseWork, values: Mapping[str, Any]) -> None:
    stands = _stands(casework)
    given_name, family_name = (values.get(one, getattr(stands, one)) for one in KEPT[:2])
    unborn_no_more: dict[str, Any] = {"expected": None} if values.get("born") else {}
    name = folded_name(given_name, family_name)
    person = casework.case.person
    changed = {**values, **unborn_no_more, "match_name": name}
    casework.connection.execute(update(Person).where(Person.id == person).values(changed))
    casework.connection.execute(update(Case).where(Case.person_id == person).values(match_name=name))
    find_anew(casework.connection, casework.case)
    if born := values.get("born"):
        casework.case = replace(casework.case, born=born, expected=None)


def _stands(casework: CaseWork) -> NamedRow:
    person = select(Person.__table__).where(Person.id == casework.case.person)
    return casework.connection.execute(person).one()


def _said_before(casework: CaseWork) -> Iterator[tuple[date, str]]:
    """The days of which the case was told a name or an address before, by the role of the question."""
    casework.write_rows()
    rows = casework.connection.execute(
        select(Answers.process, Answers.answers, Answers.at, models_then(Answers).label("bundle"))
        .join(Instance, Instance.id == Answers.instance_id)
        .where(Answers.case_id == casework.case.id, Answers.element == START)
    )
    for row in rows.all():
        its_model = model(casework.connection, row.bundle)
        form = its_model.form(row.process, START) or {}
        if says(its_model, row.process, "keeps_with_child"):
            day = day_of(happened_at(form, row.answers, row.at) or row.at)
            yield from ((day, role) for role in KEPT if answer_with_role(form, role, row.answers))
