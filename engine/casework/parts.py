"""Who has a part in a case, and so may know of it (pathway: "Part in a case")."""

from sqlalchemy import insert, select

from engine.casework.locked_case import CaseWork
from engine.tables import Part


def give_part(casework: CaseWork, agency: str, why: str) -> None:
    """The leading agency's team has its part through the case itself; another agency's begins once and stays."""
    if agency == casework.model_in_force.leading_agency or _has_part(casework, agency):
        return
    casework.connection.execute(insert(Part).values(case_id=casework.case.id, agency_id=agency, why=why))
    casework.note("part", payload={"agency": agency, "why": why})


def _has_part(casework: CaseWork, agency: str) -> bool:
    found = casework.connection.execute(
        select(Part.agency_id).where(Part.case_id == casework.case.id, Part.agency_id == agency)
    )
    return found.one_or_none() is not None
