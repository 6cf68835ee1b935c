"""Legal hold: nothing of a case is erased until it is lifted, also where it was proposed before."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadAnswers, NotFound
from engine.base.identifiers import new_id
from engine.base.numbers import reference_as_kept
from engine.commands.barring import NO_CASE
from engine.facts.retention_forms import HOLD, LIFT
from engine.forms import check
from engine.people.command import CommandRight, Work, command
from engine.people.who_knows import in_authority_of, is_open_in_emergency
from engine.tables import Case, LegalHold

_NO_CIRCUMSTANCES: frozenset[str] = frozenset()


@command(may=CommandRight.PRIVACY_OFFICER)
def hold_case(work: Work, answers: Mapping[str, Any]) -> str:
    """From answers to HOLD. Gives the id of the hold. Raises BadAnswers: also for a case of a child from whom the actor
    is barred, of which there is none to them, and for one that was erased.
    """
    said = check(HOLD, answers, _NO_CIRCUMSTANCES, work.now)
    reference = Case.reference == reference_as_kept(said["reference"])
    ours = reference, in_authority_of(work.actor), is_open_in_emergency(work.actor)
    one_at_a_time(work.connection, f"erasures of {work.authority}")
    case = work.connection.scalar(select(Case.id).where(*ours))
    if case is None:
        raise BadAnswers({"reference": NO_CASE})
    if work.connection.scalar(select(LegalHold.id).where(LegalHold.case_id == case, LegalHold.lifted_at.is_(None))):
        raise BadAnswers({"reference": "This case is on legal hold already."})
    new = new_id()
    by = {"reason": said["reason"], "held_at": work.now, "held_by": work.actor.signature, "lifting_reason": ""}
    row = {"id": new, "authority_id": work.authority, "case_id": case}
    work.connection.execute(insert(LegalHold).values(**row, **by))
    work.record_settled("legal_hold_set", {"hold": new, "case": case, "reason": said["reason"]})
    return new


@command(may=CommandRight.PRIVACY_OFFICER)
def lift_hold(work: Work, hold: str, answers: Mapping[str, Any]) -> None:
    """Raises NotFound where there is none, it was lifted, or it is of a child from whom the actor is barred."""
    one_at_a_time(work.connection, f"legal hold {hold}")
    row = work.connection.execute(
        select(LegalHold.id, LegalHold.case_id)
        .join(Case, Case.id == LegalHold.case_id)
        .where(LegalHold.id == hold, LegalHold.authority_id == work.authority, LegalHold.lifted_at.is_(None))
        .where(is_open_in_emergency(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    reason = check(LIFT, answers, _NO_CIRCUMSTANCES, work.now)["reason"]
    by = {LegalHold.lifted_by: work.actor.signature, LegalHold.lifting_reason: reason}
    over = update(LegalHold).where(LegalHold.id == hold).values({LegalHold.lifted_at: work.now, **by})
    work.connection.execute(over)
    work.record_settled("legal_hold_lifted", {"hold": hold, "case": row.case_id, "reason": reason})
