"""What becomes of a case once it is kept from somebody who had to do with it."""

from engine.casework.giving_tasks import row_of, set_lead
from engine.casework.letters import glass_letters
from engine.casework.locked_case import CaseWork
from engine.casework.moving import begin
from engine.casework.settling import settle
from engine.facts.case_now import OpenItem
from engine.forms.answer_roles import field_with_role
from engine.people.identity import SYSTEM


def end_lead(casework: CaseWork) -> None:
    """Whoever leads the case does no longer, as it is kept from them: the models say what asks for another."""
    casework.note("lead_ended")
    set_lead(casework, None)
    ask_for_lead(casework)
    settle(casework)


def ask_for_lead(casework: CaseWork) -> None:
    """By `begins_without_lead`; once, while nobody has been chosen. A run in which somebody was chosen, and only has to
    read what they take over, asks for nobody any more.
    """
    for process in casework.model_in_force.starting_with("begins_without_lead"):
        if not any(_chooses_lead(casework, item) for item in casework.items.values() if item.process == process):
            begin(casework, process, {}, by=SYSTEM)


def _chooses_lead(casework: CaseWork, item: OpenItem) -> bool:
    form = casework.model(row_of(casework, item)).form(item.process, item.element)
    return bool(form and field_with_role(form, "lead"))


def tell_of_glass(casework: CaseWork) -> None:
    """Somebody reads the case by break glass: it stands in its record, and those who look at why are told."""
    casework.note("glass_of_case")
    glass_letters(casework)
    casework.write_record()
