"""What becomes of a letter: each step is an entry of its case, and one that has left does the task that it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, select

from engine.casework import case_rows
from engine.casework.alarms import letter_failed
from engine.casework.locked_case import CaseWork
from engine.casework.moving import complete
from engine.casework.settling import settle
from engine.people.identity import SYSTEM
from engine.tables import Outbox, WorkItem
from engine.tables.desk_tables import HAS_LEFT, SETTLED

STATES: Mapping[str, str] = {
    "handed_over": "handed_over",
    "refused": "refused",
    "unknown": "unknown",
    "sent_again": "waiting",
    "confirmed": "confirmed",
    "put_aside": "withdrawn",
}
"""Step -> the state in which it leaves the letter."""
DOES_ITS_TASK = frozenset(HAS_LEFT)
FAILED = frozenset({"refused", "unknown"})


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter, with the place of the task that it does; `item` is None where it does none. `alarm` is what it
    tells of, if it does, and `alarm_place` for which place in the duty list.
    """

    id: str
    case: str
    kind: str
    subject: str
    urgent: bool
    alarm: str | None
    alarm_place: str | None
    item: str | None
    instance: str | None
    element: str | None
    occurrence: int | None


_LETTER = (
    select(
        *(Outbox.id, Outbox.case_id, Outbox.kind, Outbox.subject, Outbox.urgent, Outbox.work_item_id),
        *(Outbox.alarm_id, Outbox.alarm_place),
        *(WorkItem.instance_id, WorkItem.element, WorkItem.occurrence),
    )
    .outerjoin(WorkItem, WorkItem.id == Outbox.work_item_id)
    .where(Outbox.id == bindparam("letter"))
)


def locked_letter(connection: Connection, letter: str, *conditions: ColumnElement[bool]) -> LetterRow | None:
    """None where it does not stand so. Whoever wants the case as well locks that first."""
    locked = _LETTER.where(*conditions).with_for_update(of=Outbox)
    row = connection.execute(locked, {"letter": letter}).one_or_none()
    if row is None:
        return None
    return LetterRow(
        id=row.id,
        case=row.case_id,
        kind=row.kind,
        subject=row.subject,
        urgent=row.urgent,
        alarm=row.alarm_id,
        alarm_place=row.alarm_place,
        item=row.work_item_id,
        instance=row.instance_id,
        element=row.element,
        occurrence=row.occurrence,
    )


def take_step(casework: CaseWork, letter: LetterRow, what: str, why: str = "") -> None:
    """`what` is one of STATES. The case is carried on, and its record written."""
    instance = case_rows.instance(casework.connection, letter.instance) if letter.instance else None
    again = {"asked_at": casework.now, "next_try_at": casework.now} if what == "sent_again" else {}
    state = STATES[what]
    settled_at = casework.now if state in SETTLED else None
    stands = {"state": state, "since": casework.now, "settled_at": settled_at, "why": why}
    casework.changes.change(Outbox, letter.id, **stands, **again)
    said = {"what": what, "letter": letter.id, "kind": letter.kind, "subject": letter.subject, "why": why}
    casework.note("letter", instance, element=letter.element, occurrence=letter.occurrence, payload=said)
    if what in DOES_ITS_TASK and letter.item in casework.items:
        complete(casework, letter.item, {}, by=SYSTEM)
        settle(casework)
    else:
        if what in FAILED and letter.alarm and letter.alarm_place:
            letter_failed(casework, letter.alarm, letter.alarm_place)
        casework.write_record()
