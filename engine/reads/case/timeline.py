"""What happened in a case, from its chain of the record, in words that a practitioner uses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection

from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.case.case_facts import WENT_OVER, CaseTask, CaseTasks, ProcessRun, runs, with_earlier_models
from engine.reads.case.done_for import acting, done_for
from engine.reads.case.earlier import EarlierAnswers
from engine.reads.case.entry_titles import without_account, words
from engine.reads.case.who_has_part import PartsView
from engine.reads.list_page import FEW, ListPart, Wanted, newest_of, part_of
from engine.record.chain import RecordedEntry, case_chain, lines, newest_acts
from engine.record.kinds import KINDS
from engine.tables import Instance, NamedRow

MANY = 200
"""Acts, where all are shown."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What one act did, in order."""

    at: datetime
    by: str
    words: tuple[str, ...]


def timeline(
    connection: Connection, case: str, told: ColumnElement[bool], in_use: Model, wanted: Wanted
) -> ListPart[Happening]:
    """Newest first, of the instances that are `told` of, a condition on `instance`. `in_use` is the model in force, for
    what hangs on no instance.

    What the record holds besides is how the drawing got from one to the next: an auditor's replay shows it.
    """
    acts = newest_of(_told(connection, case, told, MANY if wanted.name else FEW + 1), wanted)
    entries = [[entry for entry, _ in act] for act in acts.rows]
    those = (account for act in entries for account in (act[0].actor, done_for(act)))
    names = without_account(in_use) | names_of_accounts(connection, those)
    return acts.showing(
        Happening(act[0][0].at, by_whom(names, [entry for entry, _ in act]), _words(act, in_use)) for act in acts.rows
    )


def by_whom(names: Mapping[str, str], act: Sequence[RecordedEntry]) -> str:
    """“Ann Ames, acting for Bea Bond”."""
    by, away = act[0].actor, done_for(act)
    return acting(names.get(by, by), names.get(away, away) if away else "")


def own_timeline(
    case: NamedRow, tasks: CaseTasks, own: PartsView, earlier: EarlierAnswers, wanted: Wanted
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
    (closed, of_tasks), (began, of_starts) = tasks.closed(wanted.last), earlier.with_which_began(wanted.last)
    total = len(rows) + of_tasks + of_starts
    done = [Happening(one.closed_at, one.closer or "", (_closed(one),)) for one in closed if one.closed_at]
    rows = [*done, *(Happening(one.at, one.by, (f"{one.process_name} began",)) for one in began), *rows[::-1]]
    shown = part_of(sorted(rows, key=lambda row: row.at, reverse=True), wanted)
    return replace(shown, total=total)


def _closed(task: CaseTask) -> str:
    return f"“{task.title}” was {'withdrawn' if task.closed_how == 'withdrawn' else 'completed'}"


_Told: TypeAlias = tuple[tuple[RecordedEntry, ProcessRun | None], ...]
"""The entries of an act that have something to tell, each with its instance, if it has one."""


def _told(connection: Connection, case: str, told: ColumnElement[bool], at_once: int) -> Iterator[_Told]:
    """Of each act that has something to tell. Which instances they are of is asked for so many acts `at_once`."""
    acts = (tuple(filter(is_told, act)) for act in newest_acts(connection, case_chain(case)))
    those = (act for act in acts if act)
    while several := tuple(islice(those, at_once)):
        named = {entry.instance for act in several for entry in act if entry.instance}
        known = runs(connection, told, Instance.id.in_(named)) if named else {}
        if any(run.has_gone_over for run in known.values()):
            known = with_earlier_models(connection, known, lines(connection, case_chain(case), WENT_OVER))
        for act in several:
            if of_known := tuple((one, _then(known, one)) for one in act if not one.instance or one.instance in known):
                yield of_known


def _then(known: Mapping[str, ProcessRun], entry: RecordedEntry) -> ProcessRun | None:
    run = known.get(entry.instance or "")
    return run and run.then(entry.number)


def is_told(entry: RecordedEntry) -> bool:
    """On the page of a case."""
    kind = KINDS.get(entry.kind)
    return kind is not None and kind.on_page(entry.payload or {})


def _words(act: _Told, in_use: Model) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words(entry, run, in_use) for entry, run in act))
