"""What happened in a case, from its chain of the record, in words that a practitioner uses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection

from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.case.case_facts import ProcessRun
from engine.reads.case.entry_titles import without_account, words
from engine.record.chain import RecordedEntry, case_chain, lines
from engine.record.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Happening:
    """What one act did, in order."""

    at: datetime
    by: str
    words: tuple[str, ...]


def timeline(
    connection: Connection, case: str, known: Mapping[str, ProcessRun], newest: Model
) -> tuple[Happening, ...]:
    """Newest first. `newest` is the model in force, for what hangs on no instance.

    What the record holds besides is how the drawing got from one to the next: an auditor's replay shows it.
    """
    chain = [entry for entry in lines(connection, case_chain(case)) if is_told(entry)]
    names = without_account(newest) | names_of_accounts(connection, (entry.actor for entry in chain))
    acts = groupby(chain, key=lambda entry: (entry.act, entry.at, entry.actor))
    return tuple(
        reversed([Happening(at, names.get(actor, actor), _words(act, known, newest)) for (_, at, actor), act in acts])
    )


def is_told(entry: RecordedEntry) -> bool:
    """On the page of a case."""
    kind = KINDS.get(entry.kind)
    return kind is not None and kind.on_page(entry.payload or {})


def _words(act: Iterable[RecordedEntry], known: Mapping[str, ProcessRun], newest: Model) -> tuple[str, ...]:
    found = (words(entry, known.get(entry.instance or ""), newest) for entry in act)
    return tuple(dict.fromkeys(found))
