"""What is held of the child follows the answers that it came from: a mistyped name or birth date is put right."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select, update

from engine.casework.corrected_clocks import Corrected
from engine.casework.effects import child_said
from engine.casework.kept_with_child import KEPT, columns_told
from engine.casework.known_children import details_of, find_anew
from engine.casework.locked_case import CaseWork
from engine.casework.referring import date_of_birth
from engine.facts.beginnings import says
from engine.facts.matching import folded_name
from engine.forms.answer_roles import answer_with_role, fields_with_role
from engine.forms.questions import Schema
from engine.process.bundle import START
from engine.process.vocabulary import PERSON_DETAILS
from engine.tables import Case, Person
from engine.timescales.calendar import day_of

COMPLETES = "completes_child"
_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("given_name", "family_name", "address"), ""),
    **dict.fromkeys(("born", "expected", "died_on", "abroad_since")),
    **dict.fromkeys(PERSON_DETAILS.values(), ""),
    "address_withheld": False,
}
"""What stands of a child of whom nothing was said."""


def correct_child(casework: CaseWork, said: Corrected) -> None:
    """Of what stands with the child, that which these answers had said: what came from elsewhere stays."""
    person = Person.id == casework.case.person
    stands = casework.connection.execute(select(Person.__table__).where(person)).one()
    was, now = ({**_NOTHING, **_columns(said, answers)} for answers in (said.before, said.after))
    if said.element == START:
        days = [day_of(one) for one in said.happened]
        for one in columns_told(said.model, said.instance.process):
            was[one], now[one] = days
    changed = {one: now[one] for one in _NOTHING if now[one] != was[one] and getattr(stands, one) == was[one]}
    if not changed:
        return
    whole: dict[str, Any] = {**{one: getattr(stands, one) for one in _NOTHING}, **changed}
    name = folded_name(whole["given_name"], whole["family_name"])
    casework.connection.execute(update(Person).where(person).values(**changed, match_name=name))
    casework.connection.execute(update(Case).where(Case.person_id == casework.case.person).values(match_name=name))
    find_anew(casework.connection, casework.case)
    casework.case = replace(casework.case, born=whole["born"], expected=whole["expected"])


def _columns(said: Corrected, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `person` for what these answers say of the child of the case."""
    if said.element != START:
        task = said.model.drawings[said.instance.process].elements[said.element]
        completes = COMPLETES in task.properties.get("effect", "").split()
        told = {role: answer_with_role(said.form, role, answers) for role in PERSON_DETAILS} if completes else {}
        return details_of({role: answer for role, answer in told.items() if answer})
    child: Mapping[str, Any] = {}
    if says(said.model, said.instance.process, "keeps_with_child"):
        child = {role: answer for role in KEPT if (answer := answer_with_role(said.form, role, answers))}
    for field in fields_with_role(said.form, "children"):
        item: Schema = said.form["properties"][field]["items"]
        rows: Sequence[Mapping[str, Any]] = answers.get(field) or ({},)
        child = child_said(item, rows[0])
    born, expected = date_of_birth(child)
    names = {name: child.get(name, "") for name in ("given_name", "family_name", "address")}
    days: dict[str, date | None] = {"born": born, "expected": expected}
    return {**names, **days, **details_of(child)} if child else {}
