"""A draft tried in the background: its row says how far it has come and what was found (engine/commands/trials.py).

It ends when somebody asks it to, and when whoever began it is gone. The process in which it runs is begun by
webapp/background_trials.py.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import select

from engine.base.database import Database
from engine.base.errors import BadModel, NotPossible, Refusal, RefusalCode
from engine.commands.publishing import keep_played
from engine.commands.trials import note_trial
from engine.facts.authority import settled
from engine.facts.change_files import change_row, files_of_change
from engine.facts.models import files, in_force
from engine.facts.stories_played import STORY_HASHES, Played, story_hashes
from engine.facts.trial_states import FAULT
from engine.people.identity import SYSTEM
from engine.process.bundle import Model, bundle_hash, read_bundle
from engine.scenario.coverage import all_passed, not_passed
from engine.scenario.playing import play_each
from engine.simulate.rates import rates
from engine.tables import Change, Trial
from engine.trial.catching_up import caught_up, changed_tasks
from engine.trial.limits import limit_effects
from engine.trial.recorded_rates import recorded_rates
from engine.trial.running_cases import running_groups, total_of_running
from engine.trial.synthetic_year import both_lived
from engine.trial.trial_findings import CaseTried, Group, grouped
from engine.trial.trying import DraftOnCases, cases_of, spread
from engine.trial.words import Words, total_in_words
from engine.trial.years_compared import compared_years, years_in_json, years_in_words

CASES, STORIES, SYNTHETIC = "cases", "stories", "synthetic"
FIRST = 200
"""Cases, spread over all: what they say is there before the others are tried."""
SECONDS = 2.0
MOST_NAMED = 50
CHILDREN, SEEDS = 20, (1, 2, 3)
CHANGED = "The draft was changed before the trial began. Try it again."
UNEXPECTED = "The trial could not be made. Whoever runs the system finds why in the log."
log = structlog.get_logger()


class StoppedTrial(Exception):
    """Somebody asked for it, or whoever began it is gone."""


@dataclass(slots=True)
class TrialNotes:
    """What is written into the row, every SECONDS at most."""

    database: Database
    trial: str
    clock: Callable[[], datetime]
    is_left: Callable[[], bool]
    total: int = 0
    done: int = 0
    noted_at: float = field(default=-SECONDS)

    def note(self, done: int, total: int, result: Callable[[], Any] | None = None) -> None:
        """Raises StoppedTrial."""
        self.done, self.total = done, total
        if monotonic() - self.noted_at < SECONDS and result is None:
            return
        self.noted_at = monotonic()
        found = result() if result else None
        goes_on = note_trial(self.database, SYSTEM, self.clock(), self.trial, done, total, found)
        if not goes_on or self.is_left():
            raise StoppedTrial

    def still_here(self) -> None:
        """Raises StoppedTrial."""
        self.note(self.done, self.total)

    def end(self, result: Any = None) -> None:
        note_trial(self.database, SYSTEM, self.clock(), self.trial, self.done, self.total, result, over=True)


def work_on(database: Database, trial: str, clock: Callable[[], datetime], is_left: Callable[[], bool]) -> None:
    """Until it is over, stopped, or cannot be made; the row says which."""
    notes = TrialNotes(database, trial, clock, is_left)
    try:
        draft = _read(database, trial)
        if draft.kind == SYNTHETIC:
            notes.end(_years(database, draft, notes))
        elif draft.kind == STORIES:
            _stories(database, draft, notes)
        else:
            _cases(database, draft, notes)
    except StoppedTrial:
        notes.end()
    except (BadModel, Refusal) as fault:
        notes.end({FAULT: str(fault)})
    except Exception:
        log.exception("a trial of a draft failed", trial=trial)
        notes.end({FAULT: UNEXPECTED})


@dataclass(frozen=True, slots=True)
class DraftTried:
    authority: str
    kind: str
    files: Mapping[str, bytes]
    stories: Mapping[str, bytes]
    before: Model
    before_files: Mapping[str, bytes]


def _read(database: Database, trial: str) -> DraftTried:
    """Raises NotPossible where the draft is another by now."""
    columns = (Trial.change_id, Trial.change_hash, Trial.kind, Change.authority_id)
    with database.read() as connection:
        row = connection.execute(select(*columns).join(Change, Change.id == Trial.change_id).where(Trial.id == trial))
        change, tried, kind, authority = row.one()
        draft = files_of_change(connection, authority, change_row(connection, authority, change))
        before = in_force(connection, authority)
        if bundle_hash(draft.models) != tried:
            raise NotPossible(CHANGED, code=RefusalCode.LOOKED_AT_ANOTHER)
        return DraftTried(authority, kind, draft.models, draft.stories, before, files(connection, before.hash))


def _years(database: Database, draft: DraftTried, notes: TrialNotes) -> dict[str, Any]:
    notes.total = 2 * len(SEEDS)
    drawn = recorded_rates(database, draft.authority, draft.before, rates())
    both = both_lived(draft.before_files, draft.files, drawn, CHILDREN, SEEDS, notes.note, notes.still_here)
    figures = compared_years(both, draft.before, read_bundle(draft.files))
    return {**years_in_json(both, figures), "lines": [*years_in_words(both, figures)]}


def _stories(database: Database, draft: DraftTried, notes: TrialNotes) -> None:
    """How they come out is kept where a publication asks for it; what none of them passes stands with the trial. Both
    stay where it is stopped afterwards, while those that failed are tried with what the draft adds.
    """

    def tell(number: int, total: int, _path: str) -> None:
        notes.note(number - 1, total)

    notes.note(0, len(draft.stories))
    with closing(play_each(draft.files, draft.stories, tell)) as each:
        told = list(each)
    notes.done = len(told)
    failed = {one.path: one.failed for one in told if one.failed}
    found = Played(notes.clock(), len(told) - len(failed), failed)
    keep_played(database, SYSTEM.at(draft.authority), notes.clock(), draft.files, draft.stories, found)
    model = read_bundle(draft.files)
    left = not_passed(model, all_passed(one.passed for one in told))
    tasks, wrong = changed_tasks(draft.before, model), {path: draft.stories[path] for path in failed}
    result = {
        "words": f"{found.passed} stories came out right, {len(failed)} did not.",
        "stories": bundle_hash(draft.stories),
        STORY_HASHES: story_hashes(draft.stories),
        "not_passed": {process: {"steps": one.steps, "ways": one.ways} for process, one in left.items()},
    }
    with suppress(StoppedTrial):
        notes.note(len(told), len(told), lambda: result)
        result["catching_up"] = caught_up(draft.files, tasks, wrong, notes.still_here) if tasks and wrong else {}
    notes.end(result)


def _cases(database: Database, draft: DraftTried, notes: TrialNotes) -> None:
    """The first, spread over all, and then the others. Where it is stopped, what was found by then is kept."""
    cases = cases_of(database, draft.authority)
    first = spread(cases, FIRST)
    among = frozenset(first)
    every = [*first, *(one for one in cases if one not in among)]
    done: list[CaseTried] = []
    running: dict[str, Any] = {}
    with suppress(StoppedTrial), closing(DraftOnCases(database, draft.files)) as reader:
        for number, case in enumerate(every):
            notes.note(number, len(every), (lambda: _found(database, draft, done)) if number == FIRST else None)
            done.append(reader.of_case(case))
        notes.note(len(every), len(every))
        running = _running(database, draft, notes)
    notes.end({**_found(database, draft, done), **running} if done or not every else None)


def _running(database: Database, draft: DraftTried, notes: TrialNotes) -> dict[str, Any]:
    """Which of what runs now could go over to the draft, in words."""
    model = read_bundle(draft.files)
    groups = running_groups(database, SYSTEM.at(draft.authority), notes.clock(), model, notes.still_here)
    return {"lines": [total_of_running(groups), *(group.in_words(model) for group in groups)] if groups else []}


def _found(database: Database, draft: DraftTried, done: Sequence[CaseTried]) -> dict[str, Any]:
    model = read_bundle(draft.files)
    with database.read() as connection:
        effects = limit_effects(done, draft.before, model, settled(connection, draft.authority))
    words, ids = Words(draft.before, model), {one.reference: one.case for one in done}
    return {
        "cases": len(done),
        "words": total_in_words(done),
        "limits": [{"clock": one.clock, "words": one.in_words()} for one in effects],
        "groups": [_group(one, words.of(one, len(done)), ids) for one in grouped(done)],
    }


def _group(group: Group, words: str, ids: Mapping[str, str]) -> dict[str, Any]:
    named = [
        {"case": ids[reference], "reference": reference, "entry": entry}
        for reference, entry in islice(group.cases.items(), MOST_NAMED)
    ]
    cause = group.cause
    place = {"kind": cause.kind, "process": cause.process, "element": cause.element}
    return {**place, "words": words, "number": len(group.cases), "cases": named}
