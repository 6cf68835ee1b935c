"""What a disagreement with a closed case calls for. That case stays closed: it goes on in another one of the child."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from engine.casework.case_rows import InstanceRow
from engine.casework.clocks_running_on import StoppedDeadline, carry_clock
from engine.casework.effects import start_answers
from engine.casework.giving_parts import give_part, give_part_to
from engine.casework.locked_case import CaseWork
from engine.casework.moving import begin
from engine.casework.starting import JOINED, one_to_join, tell_supervisors
from engine.forms.answer_roles import answer_with_role
from engine.people.identity import SYSTEM
from engine.process.bundle import START
from engine.tables import Answers, Organisation

DISAGREED = "disagreed"


class RaisedBy(NamedTuple):
    """The agency that disagreed with a closed case, and the organisation of it, where one of its people said so."""

    agency: str | None
    organisation: str | None


def who_raised(casework: CaseWork, instance: InstanceRow) -> RaisedBy:
    form = casework.model(instance).form(instance.process, START) or {}
    agency: str | None = answer_with_role(form, "acts_for", start_answers(casework, instance))
    said_so = select(Answers.organisation_id).where(Answers.instance_id == instance.id, Answers.element == START)
    of_agency = (Organisation.id.in_(said_so), Organisation.agency == agency)
    return RaisedBy(agency, casework.connection.scalar(select(Organisation.id).where(*of_agency)))


def go_on_after(
    linked: CaseWork, raised_by: RaisedBy, process: str, payload: Mapping[str, Any], stopped: StoppedDeadline | None
) -> None:
    """In a case that was opened for it. `stopped` is the clock of the closed case that runs on."""
    _give_part(linked, raised_by)
    begun = begin(linked, process, {}, by=SYSTEM, payload=payload)
    if stopped:
        carry_clock(linked, begun, stopped)


def go_on_in_open(
    casework: CaseWork, raised_by: RaisedBy, process: str, payload: Mapping[str, Any], stopped: StoppedDeadline | None
) -> None:
    """In the case of the child that is open: one that is under way there, and not decided, is joined. Of two clocks for
    it the one that is due first runs on.
    """
    at, model = casework.now.isoformat(), casework.model_in_force
    casework.note("heard", payload={"starts": process, "payload": dict(payload), "news": "", "at": at})
    _give_part(casework, raised_by)
    message = next(one for one in model.messages.values() if one.starts == process)
    instance = one_to_join(casework, message)
    if instance:
        said = {"what": f"{JOINED}{process}", "payload": dict(payload)}
        casework.note("message", instance, element=message.name, payload=said)
    else:
        instance = begin(casework, process, {}, by=SYSTEM, payload=payload)
    tell_supervisors(casework, model, process, SYSTEM)
    if stopped:
        carry_clock(casework, instance, stopped)


def _give_part(casework: CaseWork, raised_by: RaisedBy) -> None:
    if raised_by.agency and raised_by.organisation:
        give_part_to(casework, raised_by.agency, raised_by.organisation, DISAGREED)
    elif raised_by.agency:
        give_part(casework, casework.model_in_force, raised_by.agency, DISAGREED)
