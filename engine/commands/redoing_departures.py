"""How re-running does again what somebody did differently from the drawing, asked for, or refused."""

from sqlalchemy import select

from engine.casework import case_rows
from engine.casework.departing import Departing, ask_first, proceed, refuse
from engine.casework.locked_case import CaseWork
from engine.commands.recorded_act import CannotRedo, RecordedAct
from engine.commands.recorded_case import payload_of
from engine.tables import Departure


def depart_again(casework: CaseWork, act: RecordedAct) -> None:
    said = payload_of(act.began)
    if "asked_by" in said:
        proceed(casework, _asked(casework, said["departure"]), agreed=said["decision"])
        return
    proceed(casework, _said(casework, act))


def ask_again(casework: CaseWork, act: RecordedAct) -> None:
    ask_first(casework, _said(casework, act))


def refuse_again(casework: CaseWork, act: RecordedAct) -> None:
    said = payload_of(act.began)
    refuse(casework, _asked(casework, said["departure"]), said["reason"])


def _said(casework: CaseWork, act: RecordedAct) -> Departing:
    said, instance = payload_of(act.began), act.instances.get(act.began.instance or "", "")
    skips = said["how"] == "skip"
    return Departing(
        id=said["departure"],
        how=said["how"],
        instance=case_rows.instance(casework.connection, instance),
        element=act.began.element or "",
        occurrence=act.began.occurrence or 1 if skips else 0,
        agency=said["agency"],
        reason=said["reason"],
        stated=said["answers"],
        asked_by=casework.work.actor.account,
        asked_at=casework.now,
    )


def _asked(casework: CaseWork, departure: str) -> Departing:
    """Raises CannotRedo."""
    row = casework.connection.execute(select(Departure.__table__).where(Departure.id == departure)).one_or_none()
    if row is None:
        raise CannotRedo("nobody had asked for this")
    return Departing(
        id=row.id,
        how=row.how,
        instance=case_rows.instance(casework.connection, row.instance_id),
        element=row.element,
        occurrence=row.occurrence,
        agency=row.agency_id,
        reason=row.reason,
        stated=row.stated,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )
