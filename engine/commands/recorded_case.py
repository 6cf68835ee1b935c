"""What a recorded act is about, where it is done again: its case, its task, its clock."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from engine.casework.case_rows import LockedTask, locked_task
from engine.casework.locked_case import CaseWork, FactsRead
from engine.casework.locking import lock_case
from engine.commands.recorded_act import CannotRedo, RecordedAct
from engine.people.command import Work
from engine.record.chain import RecordedEntry
from engine.tables import Deadline, WorkItem

_ITEM = select(WorkItem.id).where(
    WorkItem.instance_id == bindparam("instance"),
    WorkItem.element == bindparam("element"),
    WorkItem.occurrence == bindparam("occurrence"),
)


def case_of(work: Work, act: RecordedAct) -> CaseWork:
    return as_read(lock_case(work, act.began.case or ""), act)


def as_read(casework: CaseWork, act: RecordedAct) -> CaseWork:
    """What held of the child in other cases, from whom this one was kept, and by which roles its lead worked in
    the team, is nowhere but in the record.
    """
    read = [payload_of(entry)["read"] for entry in act.entries if entry.kind == "child_facts"]
    casework.recorded_facts = tuple(FactsRead(after, tuple(facts)) for one in read for after, facts in one)
    kept_out = [payload_of(entry)["accounts"] for entry in act.entries if entry.kind == "kept_out"]
    casework.recorded_kept_out = frozenset(account for one in kept_out for account in one)
    given = (payload_of(entry) for entry in act.entries if entry.kind == "given" and entry is not act.began)
    casework.recorded_roles_of_lead = frozenset(said["role"] for said in given)
    return casework


def item_of(casework: CaseWork, act: RecordedAct) -> str:
    began = act.began
    place = {"element": began.element, "occurrence": began.occurrence}
    instance = act.instances.get(began.instance or "")
    found = casework.connection.execute(_ITEM, {"instance": instance, **place}).scalar_one_or_none()
    if found is None:
        raise CannotRedo(f"there is no task {began.element} {began.occurrence}")
    return found


def task_of(casework: CaseWork, act: RecordedAct) -> LockedTask:
    found = locked_task(casework.connection, item_of(casework, act))
    if found is None:
        raise CannotRedo(f"there is no task {act.began.element} {act.began.occurrence}")
    return found


def deadline_of(casework: CaseWork, said: Mapping[str, Any]) -> str:
    of_kind = (Deadline.case_id == casework.case.id, Deadline.clock == said["clock"])
    found = casework.connection.execute(
        select(Deadline.id).where(*of_kind, Deadline.number == said["number"])
    ).scalar_one_or_none()
    if found is None:
        raise CannotRedo(f"there is no clock {said['clock']} {said['number']}")
    return found


def payload_of(entry: RecordedEntry) -> Mapping[str, Any]:
    return entry.payload or {}
