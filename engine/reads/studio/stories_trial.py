"""The stories of a draft, played in the background: how far that has come, and what of the drawings none passes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.difference.called import called
from engine.facts.change_files import ChangedFiles, ChangeRow
from engine.facts.stories_played import STORY_HASHES, story_hashes
from engine.facts.trial_states import FAULT, TrialState, trial_state
from engine.process.bundle import Model, bundle_hash
from engine.process.condition_words import condition_in_words
from engine.process.drawing import Drawing
from engine.reads.studio.library import kind_in_words
from engine.tables import Trial


@dataclass(frozen=True, slots=True)
class PassedByNone:
    """What no story passes in one process, in words: steps, and ways from one step to another."""

    name: str
    steps: Sequence[str]
    ways: Sequence[str]


@dataclass(frozen=True, slots=True)
class StoriesTrial:
    """The newest. `all_played`: what still runs, or was stopped, is the trial whether those that fail can do what the
    draft adds. `not_passed` is None where it is not known of the draft and its stories as they stand now; `catching_up`
    has the texts of those that do what the draft adds, by path (engine/trial/catching_up.py).
    """

    id: str
    state: TrialState
    done: int
    total: int
    fault: str
    all_played: bool
    not_passed: Sequence[PassedByNone] | None
    catching_up: Mapping[str, str]


def stories_trial(
    connection: Connection, now: datetime, row: ChangeRow, files: ChangedFiles, draft: Model | None
) -> StoriesTrial | None:
    """None where the stories of the draft were never played in the background."""
    newest = _newest(connection, row)
    if newest is None:
        return None
    found: Mapping[str, Any] = newest.result or {}
    as_it_stands = (newest.change_hash, found.get("stories")) == (bundle_hash(files.models), bundle_hash(files.stories))
    return StoriesTrial(
        id=newest.id,
        state=trial_state(now, newest),
        done=newest.done,
        total=newest.total,
        fault=found.get(FAULT, ""),
        all_played="stories" in found,
        not_passed=_in_words(draft, found["not_passed"]) if as_it_stands and draft else None,
        catching_up=_catching_up(found, files) if newest.change_hash == bundle_hash(files.models) else {},
    )


def _catching_up(found: Mapping[str, Any], files: ChangedFiles) -> Mapping[str, str]:
    """Of the stories that stand as they did when they were played."""
    played: Mapping[str, str] = found.get(STORY_HASHES, {})
    stand = story_hashes(files.stories)
    return {
        path: text for path, text in found.get("catching_up", {}).items() if played.get(path) == stand.get(path, "")
    }


def are_playing(connection: Connection, now: datetime, row: ChangeRow) -> bool:
    newest = _newest(connection, row)
    return newest is not None and trial_state(now, newest) == "running"


def _newest(connection: Connection, row: ChangeRow) -> Row[Any] | None:
    of_stories = select(Trial.__table__).where(Trial.change_id == row.id, Trial.kind == "stories")
    return connection.execute(of_stories.order_by(Trial.started_at.desc(), Trial.id.desc()).limit(1)).one_or_none()


def _in_words(draft: Model, not_passed: Mapping[str, Any]) -> Sequence[PassedByNone]:
    found = [
        PassedByNone(
            drawing.name,
            [_step(drawing, one) for one in not_passed[process]["steps"]],
            [_way(draft, drawing, one) for one in not_passed[process]["ways"]],
        )
        for process, drawing in draft.drawings.items()
        if process in not_passed
    ]
    return sorted(found, key=lambda one: one.name)


def _step(drawing: Drawing, element: str) -> str:
    """“See the child” (task)."""
    kind, _, _ = kind_in_words(drawing.elements[element]).partition(":")
    return f"{called(drawing, element)}{f' ({kind[:1].lower()}{kind[1:]})' if kind else ''}"


def _way(draft: Model, drawing: Drawing, flow: str) -> str:
    """From “A” to “B”, where “Question” is “Yes”."""
    one = next(each for each in drawing.flows if each.id == flow)
    leads = f"From {called(drawing, one.source)} to {called(drawing, one.target)}"
    if one.condition is not None:
        return f"{leads}, where {condition_in_words(draft, drawing.process, '', one.condition)}"
    return f"{leads}, where nothing else holds" if drawing.elements[one.source].default == flow else leads
