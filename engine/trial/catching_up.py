"""A story that does not know yet what a draft adds, made to catch up with it: each new task is done as soon as it is
open, and whoever does a task now does it in the story too.

Nothing else in its text changes. What was expected of the step that opened a new task is expected once that is done.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from structlog.testing import capture_logs

from engine.process.bundle import Model
from engine.scenario.databases import Fresh, put_files, temporary
from engine.scenario.finding import Unplayable
from engine.scenario.known_names import check_names
from engine.scenario.names import person_name, task_name
from engine.scenario.other_models import put_in_force_by
from engine.scenario.player import Player
from engine.scenario.sight import tasks
from engine.scenario.stage import stage_on
from engine.scenario.story import BadStory, Story, StoryStep, parse
from engine.scenario.written import written
from engine.trial.hand_page import offered_tasks

_STEP = re.compile(r"^\[\[step\]\].*$", re.MULTILINE)
_WHO = re.compile(r'^(as\s*=\s*)"([^"\n]*)"', re.MULTILINE)
_EXPECTS = re.compile(r"^expect\b.*$", re.MULTILINE)
_DOES = ("do", "claim", "release")
MOST = 20
"""New tasks that one step opens, one after another: a draft that opens more goes round in a circle."""
Task = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ChangedTasks:
    """By process and id: those that are new, and the roles of those that another one does now, before and now."""

    new: frozenset[Task]
    given_away: Mapping[Task, tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.new or self.given_away)


def changed_tasks(before: Model, draft: Model) -> ChangedTasks:
    was, now = _lanes(before), _lanes(draft)
    given = {task: (was[task], lane) for task, lane in now.items() if task in was and was[task] != lane}
    return ChangedTasks(frozenset(now.keys() - was.keys()), given)


def _lanes(model: Model) -> dict[Task, str]:
    return {
        (process, one.id): one.lane or ""
        for process, drawing in model.drawings.items()
        for one in drawing.elements.values()
        if one.kind == "userTask"
    }


def caught_up(
    files: Mapping[str, bytes],
    changed: ChangedTasks,
    stories: Mapping[str, bytes],
    tell: Callable[[], None] = lambda: None,
) -> dict[str, str]:
    """The texts of those of these stories that become others, by path. `files` are the models of the draft.

    Raises BadModel where they are unsound, and whatever `tell` raises, which is called before each.
    """
    found: dict[str, str] = {}
    with TemporaryDirectory(prefix="throughline-catching-up-") as folder:
        put_files(Path(folder), files)
        with temporary(Path(folder)) as fresh, capture_logs():
            for path in sorted(stories):
                tell()
                with suppress(UnicodeDecodeError, BadStory, Unplayable):
                    text = _catching_up(stories[path].decode(), path, changed, fresh, files)
                    if text != stories[path].decode():
                        found[path] = text
    return found


def _catching_up(text: str, path: str, changed: ChangedTasks, fresh: Fresh, files: Mapping[str, bytes]) -> str:
    """Raises BadStory, and Unplayable."""
    text = _given_away(text, parse(text, path), changed)
    if not changed.new:
        return text
    story = parse(text, path)
    stage = stage_on(fresh(), story.steps[0].at)
    check_names(story, stage.model, put_in_force_by(story, files))
    player, added = Player(stage, story), dict[int, list[StoryStep]]()
    for step in story.steps:
        player.play(replace(step, expect={}))
        while not player.stopped and len(added.get(step.number, ())) < MOST:
            more = next(_open_new_tasks(player, step, changed.new), None)
            if more is None:
                break
            added.setdefault(step.number, []).append(_done(player, more))
        if player.stopped:
            break
    return _with_steps(text, story, added)


def _done(player: Player, step: StoryStep) -> StoryStep:
    """With the answers in it where the story leaves nothing out."""
    strict = player.actions.story
    player.actions.story = replace(strict, strict=False)
    player.play(step)
    player.actions.story = strict
    filled = player.result.filled[-1] if player.result.filled else None
    if not strict.strict or filled is None or filled.target != step.target:
        return step
    return replace(step, answers={path: value for path, value in filled.answers.items() if "." not in path})


def _open_new_tasks(player: Player, step: StoryStep, new: frozenset[Task]) -> Iterator[StoryStep]:
    """Each as the step that does it, at the moment of the step that was played last."""
    stage = player.stage
    for case, name in player.actions.names.names().items():
        with stage.database.read() as connection:
            still_open = {(task.process, task.element) for task in tasks(connection, case) if task.closed_at is None}
            if not still_open & new:
                continue
            offered = dict(offered_tasks(connection, stage.model, case, stage.now))
        for one in offered.values():
            if (one.process, one.element) in new:
                whose = name if len(player.actions.names.names()) > 1 else ""
                does = StoryStep(step.number, step.at, one.who, "do", one.name, whose)
                agency = task_name(one.name).agency
                yield replace(does, agency=agency, target=one.name.partition("(")[0]) if agency else does


def _given_away(text: str, story: Story, changed: ChangedTasks) -> str:
    """With the role that does a task now, where the story has the one that did it before."""
    begins = _begins(text)
    for step in reversed(story.steps):
        if step.verb not in _DOES or step.refused or step.number > len(begins) - 1:
            continue
        process, element, _ = task_name(step.target)
        roles = {both for task, both in changed.given_away.items() if task[1] == element and process in ("", task[0])}
        person = person_name(step.person)
        if len(roles) != 1 or person.role != (pair := next(iter(roles)))[0]:
            continue
        who = pair[1] if person.number == 1 else f"{pair[1]}.{person.number}"
        block = slice(begins[step.number - 1], begins[step.number])
        given = _WHO.sub(lambda found, who=who: f'{found[1]}"{who}"', text[block], count=1)
        text = text[: block.start] + given + text[block.stop :]
    return text


def _with_steps(text: str, story: Story, added: Mapping[int, list[StoryStep]]) -> str:
    """What is expected of a step stands below what is added after it, but of one that begins something, whose cases are
    meant by it.
    """
    begins = _begins(text)
    for number in sorted(added, reverse=True):
        if number >= len(begins):
            continue
        block = text[begins[number - 1] : begins[number]]
        expects = _EXPECTS.search(block) if story.steps[number - 1].verb != "start" else None
        at = expects.start() if expects else _end(block)
        steps = written({"child": {}, "step": [_told(one) for one in added[number]]}).strip("\n")
        head, tail = block[:at].rstrip("\n"), block[at:].lstrip("\n")
        joined = f"{head}\n\n{steps}\n" + (tail if expects else f"\n{tail}" if tail else "")
        candidate = text[: begins[number - 1]] + joined + text[begins[number] :]
        if _says(candidate, text, number, len(added[number])):
            text = candidate
    return text


def _end(block: str) -> int:
    """Behind its last line that says something: a remark below it is about what comes next."""
    lines = block.splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return len("".join(lines))


def _told(step: StoryStep) -> dict[str, Any]:
    said = {"as": step.person, "do": step.target, "case": step.case, "for": step.agency, "with": step.answers}
    return {name: value for name, value in said.items() if value}


def _begins(text: str) -> list[int]:
    return [one.start() for one in _STEP.finditer(text)] + [len(text)]


def _says(text: str, before: str, number: int, more: int) -> bool:
    """Whether the steps were added, and nothing else is otherwise but the place of what is expected."""
    try:
        then, now = tomllib.loads(before), tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    steps, added = now["step"], now["step"][number : number + more]
    now["step"] = [*steps[:number], *steps[number + more :]]
    if "expect" in added[-1]:
        now["step"][number - 1]["expect"] = added[-1].pop("expect")
    return then == now and not any("expect" in one for one in added)
