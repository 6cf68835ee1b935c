"""Who has a part in a case, by which deed, and until when: whoever has one may know of the case.

A part is an organisation's, not that of its whole agency. It begins by the organisation's own act, signed in, or by
what whoever has the case decides; what a form only names is no part. It ends by decision, or with the case.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from engine.base.identifiers import new_id
from engine.casework.case_rows import HeldPart
from engine.casework.locked_case import CaseWork
from engine.facts.beginnings import days_after_closure
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.tables import Instance, Part
from engine.timescales.calendar import day_of, end_of


def give_parts_by_own_act(casework: CaseWork, by: Actor, deed: str) -> None:
    """To the organisations that whoever acts works for; the agency that has the cases has its part by having them."""
    for organisation, agency in by.partners.items():
        give_part_to(casework, agency, organisation, deed)


def give_part(casework: CaseWork, model: Model, agency: str, deed: str) -> None:
    """To the organisation of the agency that is meant: the one that has a part already, or the only one that there is.
    Of several, or of none, it is kept that one is to be chosen, and nobody of the agency knows of the case until then.
    """
    if agency == model.leading_agency:
        return
    has_part, only = _of_agency(casework, agency), casework.only_organisations.get(agency)
    is_chosen = any(one.organisation for one in has_part)
    if is_chosen or (has_part and only is None):
        return
    _add(casework, agency, only, deed)


def give_part_to(casework: CaseWork, agency: str, organisation: str, deed: str, reason: str = "") -> None:
    """Unless it has one already. `reason` is given where somebody decides so."""
    if all(one.organisation != organisation for one in _of_agency(casework, agency)):
        _add(casework, agency, organisation, deed, reason)


def end_part(casework: CaseWork, part: HeldPart, reason: str) -> None:
    _end(casework, part)
    said = {"agency": part.agency, "organisation": part.organisation, "reason": reason}
    casework.note("part_ended", payload=said)


def end_parts_with_case(casework: CaseWork) -> None:
    """Once the case is closed and nothing runs in it, those who had a part know of it for as long as one of them may
    still begin something about it: also those whose part is in a case that goes on in this one.
    """
    if casework.closed_at is None or casework.running or casework.case.is_joined:
        return
    last_moment = end_of(day_of(casework.now) + timedelta(days=days_after_closure(casework.model_in_force)))
    for part in [*casework.parts.values()]:
        if part.until is None:
            casework.parts[part.id] = replace(part, until=last_moment)
            casework.changes.change(Part, part.id, held_until=last_moment)
    came_from = select(Instance.came_from_id).where(Instance.case_id == casework.case.id)
    theirs = (Part.case_id.in_(came_from.where(Instance.came_from_id.is_not(None))), Part.held_until.is_(None))
    casework.connection.execute(update(Part).where(*theirs).values(held_until=last_moment))


def _of_agency(casework: CaseWork, agency: str) -> list[HeldPart]:
    """Those without an end."""
    return [one for one in casework.parts.values() if one.agency == agency and one.until is None]


def _add(casework: CaseWork, agency: str, organisation: str | None, deed: str, reason: str = "") -> None:
    """What waited for the choice of an organisation of this agency waits no longer."""
    for one in _of_agency(casework, agency):
        if one.organisation is None:
            _end(casework, one)
    part = HeldPart(new_id(), agency, organisation)
    casework.parts[part.id] = part
    casework.changes.add_numbered(
        Part,
        part.id,
        agency,
        case_id=casework.case.id,
        agency_id=agency,
        organisation_id=organisation,
        deed=deed,
        held_from=casework.now,
        held_until=None,
    )
    said = {"agency": agency, "organisation": organisation, "deed": deed}
    casework.note("part", payload={**said, "reason": reason} if reason else said)


def _end(casework: CaseWork, part: HeldPart) -> None:
    casework.parts.pop(part.id)
    casework.changes.change(Part, part.id, held_until=casework.now)
