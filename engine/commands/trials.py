"""A draft of the pathway that is tried in the background: the row by which everybody knows how far that has come."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import NotAllowed, NotFound, RefusalCode
from engine.base.identifiers import new_id
from engine.facts.change_files import change_row, files_of_change
from engine.facts.trial_states import trial_state
from engine.people.command import CommandRight, Work, command
from engine.process.bundle import bundle_hash
from engine.tables import Change, Trial


@dataclass(frozen=True, slots=True)
class TrialBegun:
    """`is_new`: somebody has to work on it; else it runs already."""

    id: str
    is_new: bool


@command(may=CommandRight.STUDIO)
def begin_trial(work: Work, change: str, kind: str) -> TrialBegun:
    """Of the draft as it stands, by one of TRIAL_KINDS; the one that runs already for these very files, if one does.

    Raises NotFound, and NotAllowed for the product itself.
    """
    if work.actor.account is None:
        raise NotAllowed("Only a person begins a trial.", code=RefusalCode.SIGN_IN_FIRST)
    one_at_a_time(work.connection, f"trials of {change}")
    row = change_row(work.connection, work.authority, change)
    tried = bundle_hash(files_of_change(work.connection, work.authority, row).models)
    of_these = (Trial.change_id == change, Trial.change_hash == tried, Trial.kind == kind, Trial.ended_at.is_(None))
    for other in work.connection.execute(select(*_STATE, Trial.id).where(*of_these)):
        if trial_state(work.now, other) == "running":
            return TrialBegun(other.id, is_new=False)
    begun = {"started_by": work.actor.account, "started_at": work.now, "seen_at": work.now, "stop_asked": False}
    trial = new_id()
    values = {"id": trial, "change_id": change, "change_hash": tried, "kind": kind, "done": 0, "total": 0}
    work.connection.execute(insert(Trial).values(**values, **begun))
    work.record_settled("trial_started", {"trial": trial, "change": change, "hash": tried, "kind": kind})
    return TrialBegun(trial, is_new=True)


@command(may=CommandRight.STUDIO)
def stop_trial(work: Work, trial: str) -> None:
    """It ends with what it is doing. What was found by then stays. Raises NotFound."""
    ours = select(Change.id).where(Change.authority_id == work.authority)
    running = (Trial.id == trial, Trial.change_id.in_(ours))
    if work.connection.execute(select(Trial.id).where(*running)).one_or_none() is None:
        raise NotFound
    work.connection.execute(update(Trial).where(*running, Trial.ended_at.is_(None)).values(stop_asked=True))


@command(may=CommandRight.SYSTEM)
def note_trial(work: Work, trial: str, done: int, total: int, result: Any = None, *, over: bool = False) -> bool:
    """How far it has come, and what was found by now, if anything new was; whether it is to go on.

    Raises NotFound.
    """
    found = {} if result is None else {"result": result}
    ended = {"ended_at": work.now} if over else {}
    one = Trial.id == trial
    changed = work.connection.execute(
        update(Trial).where(one).values(seen_at=work.now, done=done, total=total, **found, **ended)
    )
    if not changed.rowcount:
        raise NotFound
    return not work.connection.execute(select(Trial.stop_asked).where(one)).scalar_one()


_STATE = (Trial.seen_at, Trial.ended_at, Trial.result, Trial.stop_asked, Trial.done, Trial.total)
