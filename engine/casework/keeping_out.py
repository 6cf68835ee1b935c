"""What becomes of a case once it is kept from somebody who had to do with it."""

from engine.casework.letters import glass_letters
from engine.casework.locked_case import CaseWork


def end_lead(casework: CaseWork) -> None:
    """Whoever leads the case does no longer, as it is kept from them: a manager chooses another."""
    casework.change_case(lead_account_id=None)
    casework.note("lead_ended")
    casework.write_record()


def tell_of_glass(casework: CaseWork) -> None:
    """Somebody reads the case by break glass: it stands in its record, and those who look at why are told."""
    casework.note("glass_of_case")
    glass_letters(casework)
    casework.write_record()
