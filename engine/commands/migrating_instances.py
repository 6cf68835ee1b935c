"""A process owner carries a running process over to other models, and takes that back while nothing has moved on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, select

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.casework.carrying_over import CarryingOver, carry_over, judged
from engine.casework.case_rows import RunningInstance
from engine.casework.locked_case import CaseWork
from engine.casework.locking import FoundBy, lock_cases
from engine.facts.models import model
from engine.people.command import CommandRight, Work, command
from engine.record.chain import RecordedEntry, case_chain, newest_acts
from engine.tables import Instance, Publication

# What may follow a migration and leaves the process where it stood.
STAYS = frozenset({"taken", "given", "handed_back", "child_facts"})
_OF_INSTANCE = select(Instance.case_id).where(Instance.id == bindparam("instance"))


@dataclass(frozen=True, slots=True)
class Migrated:
    """Where the instance stands on the models that it went over to: its open tasks by their titles there, and those of
    them that were handed back.
    """

    instance: str
    process: str
    before: str
    bundle: str
    open: tuple[str, ...]
    handed_back: tuple[str, ...]


@command(may=CommandRight.PROCESS_OWNER)
def migrate_instance(
    work: Work, instance: str, bundle: str, reason: str, *, hands_back: bool = False, dry_run: bool = False
) -> Migrated:
    """Carries a running process over to a bundle that was published in the authority. `dry_run`: nothing is written.
    `hands_back`: a task whose owner may not do it any more is handed back, instead of a refusal.

    Raises NotFound where there is no such process, or no such bundle, in the authority; NotPossible with the reason
    where it cannot go over.
    """
    casework, running = _locked(work, instance, as_it_stands=dry_run)
    if not is_published(work, bundle):
        raise NotFound("These models have not been published here.", code=RefusalCode.UNKNOWN_NAME)
    before, new = running.row.bundle, model(work.connection, bundle)
    if dry_run:
        return told(judged(casework, running, new, hands_back=hands_back), before)
    return told(carry_over(casework, running, new, said_why(reason), hands_back=hands_back), before)


@command(may=CommandRight.PROCESS_OWNER)
def undo_migration(work: Work, instance: str, reason: str, *, dry_run: bool = False) -> Migrated:
    """Takes a process back to the models that it was carried over from, with what was dropped from drafts.

    Raises NotFound, and NotPossible where it was not carried over, or something has moved on in it since.
    """
    casework, running = _locked(work, instance, as_it_stands=dry_run)
    last = _last_migration(work, casework.case.id, instance)
    said: Mapping[str, Any] = last.payload or {}
    if said.get("back", True) or last.bundle != running.row.bundle:
        raise NotPossible("There is nothing to take back.", code=RefusalCode.CANNOT_MIGRATE)
    before, new = running.row.bundle, model(work.connection, said["before"])
    if dry_run:
        return told(judged(casework, running, new), before)
    return told(carry_over(casework, running, new, said_why(reason), restores=said["dropped"]), before)


def locked_case_of(work: Work, instance: str, *, as_it_stands: bool = False) -> CaseWork:
    """Raises NotFound where there is no such instance, or in another authority."""
    found = lock_cases(work, FoundBy(_OF_INSTANCE, {"instance": instance}), as_it_stands=as_it_stands)
    if not found or found[0].case.authority != work.authority:
        raise NotFound
    return found[0]


def _locked(work: Work, instance: str, *, as_it_stands: bool) -> tuple[CaseWork, RunningInstance]:
    """Raises NotFound where it does not run, or in another authority."""
    casework = locked_case_of(work, instance, as_it_stands=as_it_stands)
    if instance not in casework.running:
        raise NotFound
    return casework, casework.running[instance]


def is_published(work: Work, bundle: str) -> bool:
    ours = (Publication.authority_id == work.authority, Publication.bundle_hash == bundle)
    return work.connection.execute(select(exists().where(*ours))).scalar_one()


def said_why(reason: str) -> str:
    if not reason.strip():
        raise NotPossible("Say why: the reason is kept in the record.", code=RefusalCode.REASON_NEEDED)
    return reason.strip()


def _last_migration(work: Work, case: str, instance: str) -> RecordedEntry:
    """Raises NotPossible where something has moved on in the process since, or it never was carried over."""
    for act in newest_acts(work.connection, case_chain(case)):
        for entry in reversed(act):
            if entry.instance != instance or entry.kind in STAYS:
                continue
            if entry.kind == "migrated":
                return entry
            words = "It has moved on since, or was never carried over: nothing can be taken back."
            raise NotPossible(words, code=RefusalCode.CANNOT_MIGRATE)
    raise NotPossible("It was never carried over.", code=RefusalCode.CANNOT_MIGRATE)


def told(over: CarryingOver, before: str) -> Migrated:
    """`before`: the models that it was on."""
    return Migrated(
        instance=over.instance.id,
        process=over.instance.process,
        before=before,
        bundle=over.instance.bundle,
        open=tuple(sorted(task.row.title for task in over.tasks)),
        handed_back=tuple(sorted(task.row.title for task in over.handed_back)),
    )
