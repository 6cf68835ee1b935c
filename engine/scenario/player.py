"""Plays a story: each step moves the clock, gives one command as its person, and checks what it expects."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.base.errors import BadAnswers, BadAnswersOfEach, BadModel, CaseBroken, Refusal
from engine.expressions.evaluation import BadExpression
from engine.scenario.acting import Actions, Command, Filled
from engine.scenario.expectations import check, in_london
from engine.scenario.finding import Unplayable
from engine.scenario.sight import look, set_aside
from engine.scenario.stage import StoryWorld
from engine.scenario.story import Story, StoryFault, StoryStep
from engine.scenario.story_words import TAKE_OVER
from engine.scenario.unchanged import changed, standing


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold. A refusal that was not expected, or did not come, is one as well."""

    step: int
    at: datetime
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        place = f"step {self.step} ({in_london(self.at)})"
        return f"{place}: {self.what}: expected {self.expected}, found {self.found}"


@dataclass(slots=True)
class Result:
    """`faults` are what is wrong with the story itself; it is then not played."""

    file: str
    title: str
    steps: int
    played: int = 0
    failures: list[Failure] = field(default_factory=list[Failure])
    faults: tuple[StoryFault, ...] = ()
    filled: list[Filled] = field(default_factory=list[Filled])

    @property
    def passed(self) -> bool:
        return not self.failures and not self.faults and self.played == self.steps


class Player:
    """One story on a stage. After a step that could not be carried out the rest has no meaning and is not played."""

    def __init__(self, stage: StoryWorld, story: Story) -> None:
        self.stage = stage
        self.actions = Actions(stage, story)
        self.result = Result(story.file, story.title, len(story.steps), filled=self.actions.filled)
        self.stopped = False

    def play(self, step: StoryStep) -> None:
        self.result.played += 1
        try:
            self.stage.advance(step.at, outage=step.outage)
            if step.verb:
                self._do(step)
            if step.expect and not self.stopped:
                self._expect(step)
            self._must_all_go_on(step)
        except Unplayable as error:
            self._stop(step, step.verb or "expect", "a step that can be played", str(error))
        except (BadModel, BadExpression, CaseBroken) as error:
            self._stop(step, f"{step.verb} {step.target}", "a sound process", str(error))

    def _do(self, step: StoryStep) -> None:
        give: Command | None = None
        before = None
        try:
            give = self.actions.command(step)
            before = self._standing() if step.refused else None
            give()
        except Refusal as refusal:
            self._refused(step, refusal)
            if before is not None and (tables := changed(before, self._standing())):
                self._fail(step, "refused", "nothing changed", f"changes in {', '.join(tables)}")
            return
        if step.refused:
            self._stop(step, f"{step.verb} {step.target}", f"refused: {step.refused}", "it was done")
        self.stage.settle()

    def _standing(self) -> Any:
        with self.stage.database.read() as connection:
            return standing(connection)

    def _refused(self, step: StoryStep, refusal: Refusal) -> None:
        found = f"{type(refusal).__name__}: {refusal.message}"
        if not step.refused:
            self._stop(step, f"{step.verb} {step.target}", "done", f"{found}{self._open_now(step)}")
        elif step.refused not in (one.__name__ for one in type(refusal).__mro__):
            self._fail(step, "refused", step.refused, found)
        elif step.fields and isinstance(refusal, BadAnswers) and not _names_all(refusal, step.fields):
            self._fail(step, "fields", ", ".join(step.fields), ", ".join(refusal.problems))

    def _open_now(self, step: StoryStep) -> str:
        """What could have been done instead, where the person meant a task."""
        if step.verb in ("start", TAKE_OVER):
            return ""
        with self.stage.database.read() as connection:
            sight = look(connection, self.actions.names.of(step), self.stage.now)
        return f" Open are: {', '.join(sight.name(task) for task in sight.tasks) or 'no tasks'}."

    def _expect(self, step: StoryStep) -> None:
        for case in self.actions.cases_of(step):
            with self.stage.database.read() as connection:
                for mismatch in check(connection, case, self.stage.now, step.expect, self.actions.person):
                    self._fail(step, *mismatch)

    def _must_all_go_on(self, step: StoryStep) -> None:
        """The rest of a case goes on without a process that cannot, so that what is expected may be so all the same."""
        with self.stage.database.read() as connection:
            for words in list(set_aside(connection)):
                self._stop(step, "processes", "that all can go on", words)

    def _fail(self, step: StoryStep, what: str, expected: str, found: str) -> None:
        self.result.failures.append(Failure(step.number, step.at, what, expected, found))

    def _stop(self, step: StoryStep, what: str, expected: str, found: str) -> None:
        self._fail(step, what, expected, found)
        self.stopped = True


def _names_all(refusal: BadAnswers, fields: Iterable[str]) -> bool:
    """A field also stands for what is inside it, `told` for `told.0.reason`, and for that of any of several."""
    paths = {*refusal.problems}
    if isinstance(refusal, BadAnswersOfEach):
        paths.update(path for of_one in refusal.of_each.values() for path in of_one)
    return all(any(f"{path}.".startswith(f"{name}.") for path in paths) for name in fields)


def play(story: Story, stage: StoryWorld, between: Callable[[], None] | None = None) -> Result:
    """`between` is called after each step: tests put there what must make no difference."""
    player = Player(stage, story)
    for step in story.steps:
        player.play(step)
        if between:
            between()
        if player.stopped:
            break
    return player.result
