"""One act of a case done again, by the very functions that commands call once they have checked who may do what.

An act is known by its first entry. What a form checked and what happened in other cases is not done again: the entries
hold the answers that were accepted, and each case has a chain of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine.casework.case_rows import CaseRow, locked_task
from engine.casework.clocks import StoppedDeadline
from engine.casework.locked_case import CaseWork, lock_case
from engine.casework.moving import complete
from engine.casework.referring import add_child, date_of_birth, open_case, open_linked_case
from engine.casework.settling import DISAGREED, begin_by_hand, go_on_after, settle
from engine.casework.to_do import Steps
from engine.commands.cases import hand_back, take
from engine.commands.timers import run_out
from engine.commands.working_days_and_limits import recalculate_clocks
from engine.people.command import Work
from engine.record.chain import RecordedEntry
from engine.tables import Deadline, WorkItem

Act = Sequence[RecordedEntry]
JOINED = "joined "


class CannotRedo(Exception):
    """What was recorded cannot have been done, or not by what this version knows. Says why."""


def do_again(work: Work, act: Act, instances: Mapping[str, str], child: Mapping[str, Any]) -> None:
    """`instances` leads from a recorded instance to the one that stands for it; `child` is the one of the case.

    Raises CannotRedo, and whatever the commands' own functions raise.
    """
    first = act[0]
    if first.kind == "opened_case":
        _open(work, act, child)
        return
    casework = lock_case(work, first.case or "")
    if first.kind in _TO_A_TASK:
        _TO_A_TASK[first.kind](casework, first, _item(casework, first, instances))
    elif first.kind == "recounted":
        recalculate_clocks(casework, [(clock, number) for clock, number in _said(first)["clocks"]])
    elif first.kind == "deadline" and _said(first)["what"] == "passed":
        run_out(casework, _deadline(casework, _said(first)))
    elif first.kind == "message":
        _begin(casework, {**_said(first), "process": _said(first)["what"].removeprefix(JOINED), "submission": None})
    else:
        _begin(casework, _said(_first(act, "started")))


def _begin(casework: CaseWork, started: Mapping[str, Any]) -> None:
    by, submission = casework.work.actor, started["submission"]
    begin_by_hand(casework, started["process"], started["answers"], by=by, submission=submission)


def _open(work: Work, act: Act, child: Mapping[str, Any]) -> None:
    first, said, started = act[0], _said(act[0]), _said(_first(act, "started"))
    keys = (said["reference"], said["person"], said["family"], said["team"], said["lead"])
    row = CaseRow(first.case or "", *keys, None, *date_of_birth(child), in_plan=False)
    if "after" not in said:
        _begin(open_case(work, row, child, Steps()), started)
        return
    add_child(work, row, child)  # known since the case that this one comes after
    linked = open_linked_case(work, row, said["after"], Steps())
    go_on_after(linked, _raised_by(act), started["process"], started["payload"], _resumed(act))


def _raised_by(act: Act) -> str | None:
    """The agency that leads has its part without an entry."""
    parts = [_said(line) for line in act if line.kind == "part"]
    return next((part["agency"] for part in parts if part["why"] == DISAGREED), None)


def _resumed(act: Act) -> StoppedDeadline | None:
    """The clock of the closed case, as the entry that runs it on says it."""
    for line in act:
        if line.kind == "deadline" and _said(line)["what"] == "resumed":
            counted_from, due_at = (datetime.fromisoformat(_said(line)[name]) for name in ("counted_from", "due_at"))
            return StoppedDeadline("", _said(line)["clock"], 0, "", counted_from, due_at)
    return None


def _complete(casework: CaseWork, first: RecordedEntry, item: str) -> None:
    said = _said(first)
    if said["automatic"]:
        raise CannotRedo("a task that needs nobody is no act of its own")
    complete(casework, item, said["answers"], by=casework.work.actor, submission=said["submission"])
    settle(casework)


def _take(casework: CaseWork, _first: RecordedEntry, item: str) -> None:
    if found := locked_task(casework.connection, item):
        take(casework, found)


def _hand_back(casework: CaseWork, _first: RecordedEntry, item: str) -> None:
    if found := locked_task(casework.connection, item):
        hand_back(casework, found)


_TO_A_TASK: Mapping[str, Callable[[CaseWork, RecordedEntry, str], None]] = {
    "completed": _complete,
    "claimed": _take,
    "released": _hand_back,
}


_ITEM = select(WorkItem.id).where(
    WorkItem.instance_id == bindparam("instance"),
    WorkItem.element == bindparam("element"),
    WorkItem.occurrence == bindparam("occurrence"),
)


def _item(casework: CaseWork, line: RecordedEntry, instances: Mapping[str, str]) -> str:
    place = {"element": line.element, "occurrence": line.occurrence}
    instance = instances.get(line.instance or "")
    found = casework.connection.execute(_ITEM, {"instance": instance, **place}).scalar_one_or_none()
    if found is None:
        raise CannotRedo(f"there is no task {line.element} {line.occurrence}")
    return found


def _deadline(casework: CaseWork, said: Mapping[str, Any]) -> str:
    of_kind = (Deadline.case_id == casework.case.id, Deadline.clock == said["clock"])
    found = casework.connection.execute(
        select(Deadline.id).where(*of_kind, Deadline.number == said["number"])
    ).scalar_one_or_none()
    if found is None:
        raise CannotRedo(f"there is no clock {said['clock']} {said['number']}")
    return found


def _first(act: Act, kind: str) -> RecordedEntry:
    for line in act:
        if line.kind == kind:
            return line
    raise CannotRedo("nobody can have begun it: nothing was opened, started, completed, taken or run out")


def _said(line: RecordedEntry) -> Mapping[str, Any]:
    return line.payload or {}
