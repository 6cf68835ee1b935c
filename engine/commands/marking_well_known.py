"""The privacy officer marks a case of which many have heard: all who look at it are then seen at once."""

from sqlalchemy import delete, insert, select

from engine.base.database import one_at_a_time
from engine.base.errors import NotFound
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import is_open_in_emergency
from engine.tables import Case, WellKnownCase


@command(may=CommandRight.PRIVACY_OFFICER)
def mark_well_known(work: Work, case: str) -> bool:
    """False where it is marked already. Raises NotFound for no case of the authority."""
    if _is_marked(work, case):
        return False
    row = {"case_id": case, "since": work.now, "marked_by": work.actor.signature}
    work.connection.execute(insert(WellKnownCase).values(row))
    work.record_settled("case_well_known", {"case": case})
    return True


@command(may=CommandRight.PRIVACY_OFFICER)
def unmark_well_known(work: Work, case: str) -> bool:
    """False where it is not marked. Raises NotFound for no case of the authority."""
    if not _is_marked(work, case):
        return False
    work.connection.execute(delete(WellKnownCase).where(WellKnownCase.case_id == case))
    work.record_settled("case_not_well_known", {"case": case})
    return True


def _is_marked(work: Work, case: str) -> bool:
    one_at_a_time(work.connection, f"well known case {case}")
    ours = select(Case.id).where(Case.id == case, Case.authority_id == work.authority, is_open_in_emergency(work.actor))
    if work.connection.scalar(ours) is None:
        raise NotFound
    return work.connection.scalar(select(WellKnownCase.case_id).where(WellKnownCase.case_id == case)) is not None
