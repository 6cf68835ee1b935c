"""Stories under a new name. What a story says is rewritten where it stands; how it is laid out stays.

A step names a task by itself where no other process has one of that name. Where one has, only playing the story would
tell which of the two is meant: such a step is left as it is, and said.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from engine.process.bundle import START
from engine.renaming.renaming import Renaming

_STEP = re.compile(r"^\[\[step\]\]", re.MULTILINE)
_TASK = re.compile(r"(?:(?P<process>[^.()]+)\.)?(?P<task>[^.()]+)(?:\([^()]+\))?")
_VERBS = ("do", "claim", "release", "reassign", "correct", "depart")
_ANSWERING = ("do", "correct", "depart")
_EXPECTED = ("open", "has", "not_open")


@dataclass(frozen=True, slots=True)
class StoryRenamed:
    """`unclear` are the steps that name it, or another of that name in another process."""

    text: str
    unclear: tuple[int, ...] = ()


def story_renamed(text: str, renaming: Renaming, others: Sequence[str], life: str = "") -> StoryRenamed:
    """`others` are the other processes that have a step of this id, and `life` is the event of a life that its process
    records. Raises ValueError for what is no TOML, and where it cannot be rewritten as it stands.
    """
    told = tomllib.loads(text)
    steps = cast("list[dict[str, Any]]", told.get("step", []))
    begins = {"start": renaming.process, "life": life, "take_over": renaming.process}
    starts = [found.start() for found in _STEP.finditer(text)]
    if len(starts) != len(steps):
        raise ValueError("its steps are not written as [[step]]")
    unclear = [number for number, step in enumerate(steps, 1) if others and _may_be_meant(step, renaming)]
    for number in range(len(steps), 0, -1):
        if number not in unclear and (wanted := _step(steps[number - 1], renaming, begins)) != steps[number - 1]:
            end = starts[number] if number < len(starts) else len(text)
            before = text[starts[number - 1] : end]
            after = _rewritten(before, renaming)
            if tomllib.loads(after)["step"][0] != wanted:
                raise ValueError(f"step {number} is not written as other stories are")
            text = f"{text[: starts[number - 1]]}{after}{text[end:]}"
    return StoryRenamed(text, tuple(unclear))


def _named(written: str, renaming: Renaming) -> re.Match[str] | None:
    """A task as a story names it, if it is this one, or may be."""
    found = _TASK.fullmatch(written)
    return found if found and found["task"] == renaming.task and found["process"] in (None, renaming.process) else None


def _may_be_meant(step: Mapping[str, Any], renaming: Renaming) -> bool:
    """Whether it names a task by this name alone, and that matters."""
    expected = step.get("expect", {})
    names = [step[verb] for verb in _VERBS if verb in step]
    names += [name.rpartition(".")[0] for name in expected.get("data", {})]
    if renaming.what == "task":
        names += [name for key in _EXPECTED for name in expected.get(key, ())]
    return any((found := _named(name, renaming)) and not found["process"] for name in names)


def _step(step: Mapping[str, Any], renaming: Renaming, begins: Mapping[str, str]) -> dict[str, Any]:
    """What the step is to say. `begins` are the verbs that begin its process, each with how it then names it."""
    found = {**step}
    if renaming.what == "task":
        found |= {verb: _task(step[verb], renaming) for verb in _VERBS if verb in step}
    elif _answers_it(step, renaming, begins):
        found |= {"with": _answered(step["with"], renaming)} if "with" in step else {}
        found |= (
            {"each": {case: _answered(own, renaming) for case, own in step["each"].items()}} if "each" in step else {}
        )
        found |= {"fields": [_field(one, renaming) for one in step["fields"]]} if "fields" in step else {}
    if "expect" in step:
        found["expect"] = {key: _expected(key, value, renaming) for key, value in step["expect"].items()}
    return found


def _answers_it(step: Mapping[str, Any], renaming: Renaming, begins: Mapping[str, str]) -> bool:
    if renaming.task == START and any(name and step.get(verb) == name for verb, name in begins.items()):
        return True
    return any(verb in step and _named(step[verb], renaming) for verb in _ANSWERING)


def _expected(key: str, value: Any, renaming: Renaming) -> Any:
    if key in _EXPECTED and renaming.what == "task":
        return [_task(one, renaming) for one in value]
    if key != "data":
        return value
    data = cast("dict[str, Any]", value)
    return {_decision(name, renaming): _value(name, one, renaming) for name, one in data.items()}


def _task(written: str, renaming: Renaming) -> str:
    found = _named(written, renaming)
    return f"{written[: found.start('task')]}{renaming.new}{written[found.end('task') :]}" if found else written


def _decision(written: str, renaming: Renaming) -> str:
    """`task.question`, with its process or without."""
    task, _, question = written.rpartition(".")
    if renaming.what == "task":
        return f"{_task(task, renaming)}.{question}"
    is_renamed = renaming.what == "question" and _named(task, renaming) is not None
    return f"{task}.{renaming.renamed(question)}" if is_renamed else written


def _value(name: str, value: Any, renaming: Renaming) -> Any:
    task, _, question = name.rpartition(".")
    is_answer = renaming.what == "answer" and question == renaming.question and _named(task, renaming)
    return _answer(value, renaming) if is_answer else value


def _answered(answers: Mapping[str, Any], renaming: Renaming) -> dict[str, Any]:
    if renaming.what == "question":
        return {renaming.renamed(name): value for name, value in answers.items()}
    return {name: _answer(value, renaming) if name == renaming.question else value for name, value in answers.items()}


def _answer(value: Any, renaming: Renaming) -> Any:
    if isinstance(value, list):
        return [_answer(one, renaming) for one in cast("list[Any]", value)]
    return renaming.renamed(value) if isinstance(value, str) else value


def _field(path: str, renaming: Renaming) -> str:
    first, dot, rest = path.partition(".")
    return f"{renaming.renamed(first)}{dot}{rest}" if renaming.what == "question" else path


def _rewritten(step: str, renaming: Renaming) -> str:
    """The text of one step. What it means afterwards is compared with what it is to mean."""
    if renaming.what == "task":
        name = re.escape(renaming.old)
        quoted = re.compile(rf'"((?:{re.escape(renaming.process)}\.)?){name}((?:\([^"()]+\))?(?:\.\w+)?)"')
        lines = step.splitlines(keepends=True)
        return "".join(
            line if re.match(r"\s*(with|each)\b", line) else quoted.sub(rf'"\g<1>{renaming.new}\g<2>"', line)
            for line in lines
        )
    question = re.escape(renaming.question)
    if renaming.what == "question":
        step = re.sub(rf'(?<![\w."]){question}(?=\s*=)|(?<="){question}(?="\s*=)', renaming.new, step)
        step = re.sub(rf'(?<=["\[]){question}(?=[".])', renaming.new, step) if "fields" in step else step
        return re.sub(
            rf'"((?:\w+\.)?{re.escape(renaming.task)}(?:\([^"()]+\))?)\.{question}"', rf'"\1.{renaming.new}"', step
        )
    told = re.compile(rf'((?<![\w.])"?{question}"?\s*=\s*|\.{question}"\s*=\s*)("[^"]*"|\[[^\]]*\])')
    return told.sub(lambda one: one[1] + one[2].replace(f'"{renaming.old}"', f'"{renaming.new}"'), step)
