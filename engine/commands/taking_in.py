"""Looks that were kept in a file while nothing could be written come into the record, each with its own moment."""

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection, select

from engine.base.database import Database, one_at_a_time
from engine.base.database_faults import DatabaseUnavailable, code_of
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.record.chain import INSTALLATION, NewEntry, append, case_chain, newest_acts
from engine.record.kept_looks import KeptFile, KeptLook, LookFile
from engine.tables import Chain

# By so much the clock of one machine may be behind that of another.
APART = timedelta(days=1)
log = structlog.get_logger()


def take_in_looks(database: Database, actor: Actor, now: datetime, file: LookFile) -> int:
    """All that is kept, file by file, each whole in one transaction; gives how many looks. Any number may call it.

    What cannot be written yet stays for the next time.
    """
    try:
        return sum(_taken_in(database, actor, now, file, path) for path in file.close())
    except (OSError, DatabaseUnavailable) as error:
        log.warning("looks that are kept cannot be taken in yet", code=code_of(error))
        return 0


def _taken_in(database: Database, actor: Actor, now: datetime, file: LookFile, path: Path) -> int:
    try:
        kept = file.read(path)
    except FileNotFoundError:  # another process was as fast
        return 0
    taken = take_in_file(database, actor, now, kept)
    if kept.faults:
        log.error("looks that were kept are not all as they were written", file=kept.name, what=kept.faults)
    file.done(path, faulty=bool(kept.faults))
    return taken


@command(may=CommandRight.SYSTEM)
def take_in_file(work: Work, kept: KeptFile) -> int:
    """How many looks; none where the file was taken in before, and whoever did so died before it was put away."""
    one_at_a_time(work.connection, "kept looks")
    if _is_taken_in(work.connection, kept):
        return 0
    known = _known_cases(work.connection, kept)
    by_chain: dict[str, list[KeptLook]] = defaultdict(list)
    for look in kept.looks:
        by_chain[look.chain].append(look)
    for chain, looks in sorted(by_chain.items()):
        for look in looks:
            shown = tuple(case for case in look.cases if case in known)
            entry = NewEntry(look.kind, payload=look.payload or None, cases_shown=shown)
            append(work.connection, chain, look.actor, look.at, [entry])
        _say_so(work, chain, kept.name, len(looks), ())
    lost = {case for look in kept.looks for case in look.cases} - known
    faults = (*kept.faults, *(f"a case {case} is named that is not here" for case in sorted(lost)))
    _say_so(work, INSTALLATION, kept.name, len(kept.looks), faults)
    return len(kept.looks)


def _say_so(work: Work, chain: str, file: str, looks: int, faults: tuple[str, ...]) -> None:
    """Behind the looks, and of this moment: so whoever notes how far chains have come sees that this one has moved."""
    said = {"file": file, "looks": looks, **({"faults": list(faults)} if faults else {})}
    append(work.connection, chain, work.actor.signature, work.now, [NewEntry("looks_taken_in", payload=said)])


def _is_taken_in(connection: Connection, kept: KeptFile) -> bool:
    """A file was taken in after the first look in it."""
    since = min((look.at for look in kept.looks), default=None)
    for entries in newest_acts(connection, INSTALLATION, "looks_taken_in"):
        if any((entry.payload or {}).get("file") == kept.name for entry in entries):
            return True
        if since and entries[0].at < since - APART:
            return False
    return False


def _known_cases(connection: Connection, kept: KeptFile) -> set[str]:
    """Of the cases that were shown, those that have a chain: a backup may have been put back in between."""
    chains = {case_chain(case): case for look in kept.looks for case in look.cases}
    return {chains[name] for name in connection.scalars(select(Chain.name).where(Chain.name.in_(chains)))}
