"""What a running instance stands on and carries, under the names of other models that call it otherwise."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import orjson

from engine.process.bundle import Model
from engine.process.drawing import read_drawing
from engine.process.renames import BundleRenames, Names
from engine.process.specifications import specify

_SPEC = re.compile(r"(?P<element>[^.\[ ]+)(?P<part>.*)", re.DOTALL)  # `see_child.BoundaryEventSplit`, `ask [child]`


@dataclass(frozen=True)
class CalledAnew:
    """What in one process is called otherwise in other models: `tasks` by their old names, `questions` by old task and
    question, `answers` by these and the answer.
    """

    process: str
    tasks: Names
    questions: Mapping[tuple[str, str], str]
    answers: Mapping[tuple[str, str, str], str]

    def __bool__(self) -> bool:
        return bool(self.tasks or self.questions or self.answers)

    def task(self, old: str) -> str:
        return self.tasks.get(old, old)

    def answered(self, task: str, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What was answered in a task, by its old name, under the new names."""
        return {
            self.questions.get((task, name), name): self._value(task, name, value) for name, value in answers.items()
        }

    def _value(self, task: str, question: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._value(task, question, one) for one in cast("list[Any]", value)]
        return self.answers.get((task, question, value), value) if isinstance(value, str) else value

    def state(self, state: bytes) -> bytes:
        """Of an instance that stood under the old names."""
        if not self:
            return state
        stored = orjson.loads(state)
        stored["counts"] = {self.task(name): times for name, times in stored["counts"].items()}
        for row in stored["tasks"]:
            row["spec"] = _SPEC.sub(lambda found: self.task(found["element"]) + found["part"], row["spec"], count=1)
            if row["data"] is not None:
                row["data"] = {self.task(name): self._carried(name, value) for name, value in row["data"].items()}
        return orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)

    def _carried(self, task: str, value: Any) -> Any:
        return self.answered(task, cast("dict[str, Any]", value)) if isinstance(value, dict) else value

    def model(self, old: Model, content: bytes) -> Model:
        """The old models as they would be under the new names in this process. `content` is its drawing."""
        drawing, text = old.drawings[self.process], content.decode("utf-8")
        for name, new in self.tasks.items():
            text = re.sub(rf"\b{re.escape(name)}\b", new, text)
        for (task, name), new in self.questions.items():
            text = re.sub(rf"\b{re.escape(f'{self.task(task)}.{name}')}\b", f"{self.task(task)}.{new}", text)
        read = read_drawing(text.encode(), drawing.file)
        tables = {self.task(name): one.table for name, one in drawing.elements.items()}
        elements = {name: replace(one, table=tables.get(name)) for name, one in read.elements.items()}
        made = replace(read, lanes=drawing.lanes, elements=elements)
        specification = specify(text.encode(), made, old.specifications[self.process].agencies)
        return replace(
            old,
            drawings={**old.drawings, self.process: made},
            specifications={**old.specifications, self.process: specification},
        )


def called_anew(old: Model, new: Model, process: str) -> CalledAnew:
    """By what the new models say of their old names, and the old ones of theirs, as far as one has the old name alone
    and the other the new one. Raises ValueError, with the name, where two would have one.
    """
    found = CalledAnew(process, {}, {}, {})
    for told in (new.renames, _back(old.renames)):
        found = _with_tasks(found, old, new, told)
        found = _with_questions(found, old, new, told)
        found = _with_answers(found, old, new, told)
    return found


def _back(renames: BundleRenames) -> BundleRenames:
    """The same read the other way."""

    def now(task: str) -> str:
        """`process.task`, by its new name."""
        return f"{task.partition('.')[0]}.{renames.task[task]}" if task in renames.task else task

    def asked(path: str) -> str:
        """`process.task.question`, by the new names."""
        task, _, question = path.rpartition(".")
        return f"{now(task)}.{renames.question.get(path, question)}"

    return BundleRenames(
        {now(old): _last(old) for old in renames.task},
        {asked(old): _last(old) for old in renames.question},
        {f"{asked(old.rpartition('.')[0])}.{new}": _last(old) for old, new in renames.answer.items()},
    )


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _with_tasks(found: CalledAnew, old: Model, new: Model, told: BundleRenames) -> CalledAnew:
    before, after = old.drawings[found.process].elements, new.drawings[found.process].elements
    tasks = dict(found.tasks)
    for path, name in told.task.items():
        process, was = path.split(".")
        if process == found.process and _is_moved(was, name, before, after):
            tasks[_free(was, name, tasks)] = name
    return replace(found, tasks=tasks)


def _with_questions(found: CalledAnew, old: Model, new: Model, told: BundleRenames) -> CalledAnew:
    questions = dict(found.questions)
    for path, name in told.question.items():
        process, task, was = path.split(".")
        if process == found.process:
            before, after = _asked(old, process, task), _asked(new, process, found.task(task))
            if _is_moved(was, name, before, after):
                questions[task, was] = name
    return replace(found, questions=questions)


def _with_answers(found: CalledAnew, old: Model, new: Model, told: BundleRenames) -> CalledAnew:
    answers = dict(found.answers)
    for path, name in told.answer.items():
        process, task, question, was = path.split(".")
        if process == found.process:
            asked = found.questions.get((task, question), question)
            before = _asked(old, process, task).get(question, frozenset())
            after = _asked(new, process, found.task(task)).get(asked, frozenset())
            if _is_moved(was, name, before, after):
                answers[task, question, was] = name
    return replace(found, answers=answers)


def _is_moved(was: str, name: str, before: Container[str], after: Container[str]) -> bool:
    return was in before and was not in after and name in after and name not in before


def _free(was: str, name: str, tasks: Names) -> str:
    """The old name, where no other one has become the new one."""
    if name in tasks.values() and tasks.get(was) != name:
        raise ValueError(name)
    return was


def _asked(model: Model, process: str, task: str) -> Mapping[str, frozenset[str]]:
    """The questions of a form, each with the answers that it offers."""
    return {one.id: frozenset(choice.value for choice in one.choices) for one in model.every_question(process, task)}
