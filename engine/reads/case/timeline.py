"""What happened in a case, from its chain of the record, in words that a practitioner uses."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.case.case_facts import ProcessRun
from engine.reads.case.entry_titles import without_account, words
from engine.reads.case.newest import Newest, newest_of
from engine.record.chain import RecordedEntry, case_chain, newest_acts
from engine.record.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Happening:
    """What one act did, in order."""

    at: datetime
    by: str
    words: tuple[str, ...]


def timeline(
    connection: Connection, case: str, known: Mapping[str, ProcessRun], newest: Model, *, everything: bool
) -> Newest[Happening]:
    """Newest first, of the instances that are `known`. `newest` is the model in force, for what hangs on no instance.

    What the record holds besides is how the drawing got from one to the next: an auditor's replay shows it.
    """
    acts = newest_of(_told(connection, case, known), everything=everything)
    names = without_account(newest) | names_of_accounts(connection, (act[0].actor for act in acts.rows))
    rows = (
        Happening(act[0].at, names.get(act[0].actor, act[0].actor), _words(act, known, newest)) for act in acts.rows
    )
    return Newest(tuple(rows), acts.total)


def _told(connection: Connection, case: str, known: Collection[str]) -> Iterator[tuple[RecordedEntry, ...]]:
    """Of each act that has something to tell, the entries that do."""
    for act in newest_acts(connection, case_chain(case)):
        if told := tuple(one for one in act if is_told(one) and (not one.instance or one.instance in known)):
            yield told


def is_told(entry: RecordedEntry) -> bool:
    """On the page of a case."""
    kind = KINDS.get(entry.kind)
    return kind is not None and kind.on_page(entry.payload or {})


def _words(act: Iterable[RecordedEntry], known: Mapping[str, ProcessRun], newest: Model) -> tuple[str, ...]:
    found = (words(entry, known.get(entry.instance or ""), newest) for entry in act)
    return tuple(dict.fromkeys(found))
