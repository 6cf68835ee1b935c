"""What happened in a case, from its chain of the record, in words that a practitioner uses."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.process.bundle import START, Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.case.answered import Given
from engine.reads.case.case_facts import CaseTask, ProcessRun
from engine.reads.case.entry_titles import without_account, words
from engine.reads.case.who_has_part import PartsView
from engine.reads.list_page import ListPart, Wanted, newest_of, part_of
from engine.record.chain import RecordedEntry, case_chain, newest_acts
from engine.record.kinds import KINDS
from engine.tables import NamedRow


@dataclass(frozen=True, slots=True)
class Happening:
    """What one act did, in order."""

    at: datetime
    by: str
    words: tuple[str, ...]


def timeline(
    connection: Connection, case: str, known: Mapping[str, ProcessRun], in_use: Model, wanted: Wanted
) -> ListPart[Happening]:
    """Newest first, of the instances that are `known`. `in_use` is the model in force, for what hangs on no instance.

    What the record holds besides is how the drawing got from one to the next: an auditor's replay shows it.
    """
    acts = newest_of(_told(connection, case, known), wanted)
    names = without_account(in_use) | names_of_accounts(connection, (act[0].actor for act in acts.rows))
    return acts.showing(
        Happening(act[0].at, names.get(act[0].actor, act[0].actor), _words(act, known, in_use)) for act in acts.rows
    )


def own_timeline(
    case: NamedRow, tasks: Iterable[CaseTask], own: PartsView, earlier: Iterable[Given], wanted: Wanted
) -> ListPart[Happening]:
    """The same for a partner, from what they may see of the case: its opening and end, their own part, what they
    started, and what became of their tasks. `case` has `opened_at` and `closed_at`.
    """
    rows = [Happening(case.opened_at, "", ("The case was opened",))]
    rows += [Happening(case.closed_at, "", ("The case was closed",))] if case.closed_at else []
    for part in (*own.held, *own.over):
        rows.append(Happening(part.since, "", (f"{part.name} became part of the case: {part.why}",)))
        if part.until and part.is_over:
            rows.append(Happening(part.until, "", (f"{part.name} has no part any more",)))
    rows += [Happening(one.at, one.by, (f"{one.process_name} began",)) for one in earlier if one.element == START]
    rows += [Happening(one.closed_at, one.closer or "", (_closed(one),)) for one in tasks if one.closed_at]
    return part_of(sorted(rows, key=lambda row: row.at)[::-1], wanted)


def _closed(task: CaseTask) -> str:
    return f"“{task.title}” was {'withdrawn' if task.closed_how == 'withdrawn' else 'completed'}"


def _told(connection: Connection, case: str, known: Collection[str]) -> Iterator[tuple[RecordedEntry, ...]]:
    """Of each act that has something to tell, the entries that do."""
    for act in newest_acts(connection, case_chain(case)):
        if told := tuple(one for one in act if is_told(one) and (not one.instance or one.instance in known)):
            yield told


def is_told(entry: RecordedEntry) -> bool:
    """On the page of a case."""
    kind = KINDS.get(entry.kind)
    return kind is not None and kind.on_page(entry.payload or {})


def _words(act: Iterable[RecordedEntry], known: Mapping[str, ProcessRun], in_use: Model) -> tuple[str, ...]:
    found = (words(entry, known.get(entry.instance or ""), in_use) for entry in act)
    return tuple(dict.fromkeys(found))
