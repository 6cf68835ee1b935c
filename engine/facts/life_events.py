"""What may be recorded of a child's life now (`life_event` of a start event), for page and command alike."""

from collections.abc import Mapping
from datetime import date

from engine.process.bundle import Model

ONLY_UNBORN = "This child is not waiting to be born. If the date of birth is wrong, correct it where it was answered."
DIED_ALREADY = "The death of this child is recorded already. If the day is wrong, correct what was answered."
PROTECTED = (
    "An order or police protection is in force for this child, and does not end by leaving the country. Tell the "
    "police and the court, and record first how it ended."
)

OF_ONE_CHILD = frozenset({"record_birth", "record_death"})
"""Nobody is offered to be chosen beside the child whose birth or death is recorded."""


def life_event(model: Model, process: str) -> str:
    """One of LIFE_EVENTS; empty where the process records none."""
    return model.start_event(process).properties.get("life_event", "")


def process_of(model: Model, event: str) -> str | None:
    """The process that records it, the first where there are several."""
    return next((process for process in model.drawings if life_event(model, process) == event), None)


def why_not_recorded(event: str, facts: Mapping[str, bool], died_on: date | None) -> str:
    """Why it cannot have happened to this child, with what to do instead; empty where it can. `facts` are those of the
    case.
    """
    if event == "record_birth" and not facts["unborn"]:
        return ONLY_UNBORN
    if event in ("record_death", "record_departure_abroad") and died_on:
        return DIED_ALREADY
    if event == "record_departure_abroad" and facts["order_in_force"]:
        return PROTECTED
    return ""
