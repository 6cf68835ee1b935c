"""Where a case stands: what runs, who has to act next, and what has been done in each drawing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.facts.managing import manages
from engine.people.identity import Actor
from engine.people.who_may import may_take, sees_answers_of
from engine.reads.case.case_facts import CaseTask, ProcessRun
from engine.reads.case.deadlines import DeadlineView

Progress = Literal["open", "done", "withdrawn", "not_reached"]


@dataclass(frozen=True, slots=True)
class StageTask:
    """A task of the case that waits. `theirs`: the reader may do it; `mine`: the reader has it. `is_given`: whoever has
    it did not take it; `may_be_given`: the reader may give it to somebody.
    """

    item: str
    title: str
    whose: str
    holder: str | None
    mine: bool
    theirs: bool
    is_given: bool
    may_be_given: bool
    urgent: bool
    opened_at: datetime
    clock: DeadlineView | None


@dataclass(frozen=True, slots=True)
class JustDone:
    """What an act just before has brought about: the tasks that came up with it. `began`: it began a process."""

    title: str
    began: bool
    opened: tuple[StageTask, ...]


@dataclass(frozen=True, slots=True)
class StageStep:
    """A task of a drawing. `by` and `at` are of the last time it was done or withdrawn."""

    element: str
    title: str
    whose: str
    progress: Progress
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ProcessStage:
    """A process that runs. `current` are the elements that stand open; `steps` follow the drawing, for who sees
    all of the case.

    `outcome` is what was decided in it, in the words of its form, where the reader may see that.
    """

    instance: str
    process: str
    name: str
    bundle: str
    started_at: datetime
    outcome: str
    tasks: tuple[StageTask, ...]
    steps: tuple[StageStep, ...]

    @property
    def current(self) -> tuple[str, ...]:
        return tuple(step.element for step in self.steps if step.progress == "open")


@dataclass(frozen=True, slots=True)
class EndedProcess:
    """`status` says how it ended; `outcome` as that of a process that runs."""

    name: str
    status: str
    ended_at: datetime | None
    outcome: str


def stage(
    instance: ProcessRun,
    items: tuple[CaseTask, ...],
    clocks: Mapping[str, DeadlineView],
    actor: Actor,
    team: str,
    outcome: str,
) -> ProcessStage:
    """`items` are those that are shown, `clocks` by the id of their deadline, `team` has the case."""
    items = tuple(item for item in items if item.instance == instance.id)
    by_reader = manages(actor, instance.model, team)
    return ProcessStage(
        instance=instance.id,
        process=instance.process,
        name=instance.name,
        bundle=instance.model.hash,
        started_at=instance.started_at,
        outcome=outcome,
        tasks=tuple(_task(item, clocks, actor, team, may_give=by_reader) for item in items if item.closed_at is None),
        steps=_steps(instance, items) if sees_answers_of(actor, None) else (),
    )


def by_what_runs_out(stages: Iterable[ProcessStage]) -> list[ProcessStage]:
    """Urgent ones first, then by what runs out first of what is to be done in them, then the oldest."""

    def first(one: ProcessStage) -> tuple[bool, bool, datetime]:
        due = min((task.clock.due_at for task in one.tasks if task.clock), default=None)
        return not any(task.urgent for task in one.tasks), due is None, due or one.started_at

    return sorted(stages, key=first)


def _task(item: CaseTask, clocks: Mapping[str, DeadlineView], actor: Actor, team: str, *, may_give: bool) -> StageTask:
    free = item.is_given or item.holder_id in (None, actor.account)
    return StageTask(
        item=item.id,
        title=item.title,
        whose=item.whose,
        holder=item.holder,
        mine=item.holder_id is not None and item.holder_id == actor.account,
        theirs=free and may_take(actor, item.role, item.also, item.agency, team),
        is_given=item.is_given,
        may_be_given=item.of_team and may_give,
        urgent=item.urgent,
        opened_at=item.opened_at,
        clock=clocks.get(item.deadline or ""),
    )


def _steps(instance: ProcessRun, items: tuple[CaseTask, ...]) -> tuple[StageStep, ...]:
    drawing = instance.model.drawings[instance.process]
    tasks = [element for element in drawing.elements.values() if element.kind == "userTask"]
    return tuple(
        _step(task.id, task.name, drawing.lanes.get(task.lane or "", ""), item)
        for task in tasks
        for item in _latest(items, task.id) or [None]
    )


def _latest(items: tuple[CaseTask, ...], element: str) -> list[CaseTask | None]:
    """The last time a task came up: for one that several agencies do, that of each. One that is open comes before."""
    of_element = sorted((item for item in items if item.element == element), key=lambda item: item.closed_at is None)
    return [*{item.agency: item for item in of_element}.values()]


def _step(element: str, title: str, lane: str, item: CaseTask | None) -> StageStep:
    if item is None:
        return StageStep(element, title, lane, "not_reached", "", None)
    if item.closed_at is None:
        return StageStep(element, item.title, item.whose, "open", item.holder or "", item.opened_at)
    progress: Progress = "withdrawn" if item.closed_how == "withdrawn" else "done"
    return StageStep(element, item.title, item.whose, progress, item.closer or "", item.closed_at)
