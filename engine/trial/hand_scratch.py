"""Where a draft is tried by hand: databases that nobody else reads, played from what was done so far.

Each process of the site keeps those that were used last, so that a page plays only what is new; one that is gone, as
after a restart, is played again from its beginning. One is played at a time, so that practitioners wait for no try.
"""

import shutil
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import finalize

from sqlalchemy import Connection
from structlog.contextvars import bound_contextvars

from engine.base.database import Database
from engine.base.errors import BadModel, CaseBroken, NotPossible, Refusal, RefusalCode
from engine.casework.case_references import called_as_before
from engine.expressions.evaluation import BadExpression
from engine.people.identity import Actor
from engine.process.bundle import Model, bundle_hash
from engine.scenario.acting import Actions
from engine.scenario.databases import make_template, put_files
from engine.scenario.finding import Unplayable
from engine.scenario.known_names import check_names
from engine.scenario.running import play_on
from engine.scenario.stage import StoryWorld, stage_on
from engine.scenario.story import BadStory, Story, StoryStep, parse
from engine.trial.hand_story import Told, moment_of, story_of

MOST_KEPT, MOST_TEMPLATES = 6, 2
WAITS_SECONDS = 20.0
IN_LOGS = "a draft tried by hand"
Files = Mapping[str, bytes]
Result = TypeVar("Result")
Given = ParamSpec("Given")


class StepRefused(Exception):
    """A step that does not go. `refusal` is what the product said, where it did."""

    def __init__(self, number: int, why: str, refusal: Refusal | None = None) -> None:
        self.number = number
        self.why = why
        self.refusal = refusal
        super().__init__(f"step {number}: {why}")


@dataclass(slots=True)
class PlayedTry:
    """What was done, played. `actions` is None before anybody did anything."""

    database: Database
    place: Path
    bundle: str
    stage: StoryWorld
    told: Told
    actions: Actions | None = None

    @property
    def model(self) -> Model:
        return self.stage.model

    @property
    def now(self) -> datetime:
        return moment_of(self.told)

    @property
    def cases(self) -> Mapping[str, str]:
        """Each case with what the story calls it."""
        return self.actions.names.names() if self.actions else {}

    def goes_on_to(self, bundle: str, told: Told) -> bool:
        """Whether what is asked for is this with something more."""
        done = self.told["step"]
        return (
            (self.bundle, self.told["begins_at"]) == (bundle, told["begins_at"])
            and told["step"][: len(done)] == done
            and (self.actions is None or self.told["child"] == told["child"])
        )

    def go_on(self, told: Told) -> None:
        """Raises StepRefused with the first step that does not go; those before it are done."""
        done, steps = len(self.told["step"]), told["step"]
        if len(steps) == done:
            return
        story = _sound(told, self.model)
        actions = self.actions = self.actions or Actions(self.stage, story)
        for step in story.steps[done:]:
            self._play(step, actions)
            self.told = {**told, "step": steps[: step.number]}

    def _play(self, step: StoryStep, actions: Actions) -> None:
        try:
            with called_as_before(f"{self.told['begins_at']} {step.number}"):
                self.stage.advance(step.at)
                if step.verb:
                    actions.command(step)()
                    self.stage.settle()
        except Refusal as refusal:
            raise StepRefused(step.number, refusal.message, refusal) from None
        except (Unplayable, BadModel, BadExpression, CaseBroken) as fault:
            raise StepRefused(step.number, str(fault)) from None

    def actor(self, who: str) -> Actor:
        """`who` as a story writes it: `social_worker.2`."""
        return self.stage.cast.actor(who, self.now)

    def read(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Result],
        who: str,
        moment: datetime,
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """What somebody of the story is shown then. Raises as the read does."""
        actor = self.actor(who)
        with self.database.read() as connection:
            return read(connection, actor, moment, *arguments, **named)


def _sound(told: Told, model: Model) -> Story:
    """Raises StepRefused for the first step that names what the models do not know."""
    try:
        story = story_of(told)
        check_names(story, model)
    except BadStory as bad:
        first = min(bad.faults, key=lambda fault: fault.step or 1)
        raise StepRefused(first.step or 1, first.message) from None
    return story


@dataclass(slots=True, weakref_slot=True)
class HandScratch:
    """All tries that one process plays. `whose` names one of them."""

    _lock: Lock = field(default_factory=Lock)
    _kept: OrderedDict[str, PlayedTry] = field(default_factory=OrderedDict[str, PlayedTry])
    _templates: OrderedDict[str, Path] = field(default_factory=OrderedDict[str, Path])
    _folder: str = ""
    _numbers: Any = field(default_factory=count)

    @contextmanager
    def played(self, whose: str, files: Files, told: Told) -> Generator[PlayedTry]:
        """For as long as the block runs nobody else plays. The files must be without faults.

        Raises StepRefused as `go_on`, and NotPossible where others have played for too long.
        """
        with self._one_at_a_time():
            yield self._played(whose, files, told)

    def failures(self, files: Files, text: str, file: str) -> Sequence[str]:
        """What a story expects and does not find, a line each: none where it comes out right. Raises as `played`."""
        with self._one_at_a_time():
            place, database = self._copy(bundle_hash(files), files)
            try:
                return [str(one) for one in play_on(parse(text, file), database).failures]
            except BadStory as bad:
                return [str(fault) for fault in bad.faults]
            finally:
                _remove(place, database)

    def forget(self, whose: str) -> None:
        with self._lock:
            _close(self._kept.pop(whose, None))

    @contextmanager
    def _one_at_a_time(self) -> Generator[None]:
        if not self._lock.acquire(timeout=WAITS_SECONDS):
            words = "Others are trying drafts just now. Try again in a moment: nothing is lost."
            raise NotPossible(words, code=RefusalCode.TRY_TOO_MANY)
        try:
            with bound_contextvars(of=IN_LOGS):
                yield
        finally:
            self._lock.release()

    def _played(self, whose: str, files: Files, told: Told) -> PlayedTry:
        bundle, found = bundle_hash(files), self._kept.pop(whose, None)
        if found is None or not found.goes_on_to(bundle, told):
            _close(found)
            place, database = self._copy(bundle, files)
            stage = stage_on(database, moment_of(told, 0))
            found = PlayedTry(database, place, bundle, stage, {**told, "step": []})
        try:
            found.go_on(told)
        except StepRefused as refused:
            if _has_changed_nothing(refused, told):
                self._keep(whose, found)
            else:
                _close(found)
            raise
        except BaseException:
            _close(found)
            raise
        self._keep(whose, found)
        return found

    def _keep(self, whose: str, played: PlayedTry) -> None:
        self._kept[whose] = played
        while len(self._kept) > MOST_KEPT:
            _close(self._kept.popitem(last=False)[1])

    def _copy(self, bundle: str, files: Files) -> tuple[Path, Database]:
        place = Path(self._place(), f"{next(self._numbers)}.db")
        shutil.copy(self._template(bundle, files), place)
        return place, Database(f"sqlite:///{place}")

    def _template(self, bundle: str, files: Files) -> Path:
        if bundle not in self._templates:
            with TemporaryDirectory(prefix="throughline-draft-") as folder:
                put_files(Path(folder), files)
                template = Path(self._place(), f"{bundle}.db")
                make_template(template, Path(folder))
            self._templates[bundle] = template
            while len(self._templates) > MOST_TEMPLATES:
                self._templates.popitem(last=False)[1].unlink()
        self._templates.move_to_end(bundle)
        return self._templates[bundle]

    def _place(self) -> str:
        """Gone with the process."""
        if not self._folder:
            self._folder = mkdtemp(prefix="throughline-tries-")
            finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


def _close(played: PlayedTry | None) -> None:
    if played is not None:
        _remove(played.place, played.database)


def _remove(place: Path, database: Database) -> None:
    database.dispose()
    for leftover in place.parent.glob(f"{place.name}*"):
        leftover.unlink()


def _has_changed_nothing(refused: StepRefused, told: Told) -> bool:
    """A task is one transaction; of a referral of several children a part may be done."""
    return refused.refusal is not None and "do" in told["step"][refused.number - 1]
