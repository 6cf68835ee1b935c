"""Whether what was answered in an instance is still the answer that other models take it for.

Each answer is told in the words of the models on which it was given. What goes by it from now on are the new models:
what the system does with it (its role), and what their forms ask because of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from engine.expressions.evaluation import names_read
from engine.expressions.syntax import paths_tested
from engine.forms.answer_roles import fields_with_role
from engine.forms.duty_judgement import JUDGING
from engine.forms.schema import conditions_of, refusals_of
from engine.process.bundle import START, Model
from engine.process.called_anew import CalledAnew

NOT_LOOKED_UP = frozenset({"x-prefill", "x-read-by", "x-source", "title", "description"})


@dataclass(frozen=True)
class Answered:
    """The newest answers to a form, with the models that asked them. `element` is a task, or `start`."""

    asked_on: Model
    element: str
    answers: Mapping[str, Any]


def taken_otherwise(new: Model, names: CalledAnew, answered: Mapping[str, Answered]) -> Iterator[tuple[str, str]]:
    """Why the new models would take an answer for another one, and the element. `answered` is by element, all by their
    old names; `names` has the new ones.
    """
    process = names.process
    for one in answered.values():
        yield from _another_role(new, names, one)
        yield from _looked_up(new, names, one)
    asked_on = {one.asked_on.hash: one.asked_on for one in answered.values()}
    read_before = {(element, name) for each in asked_on.values() for element, name, _ in _read_in_forms(each, process)}
    for element, name, is_tested in _read_in_forms(new, process):
        may_lack = is_tested or (element, name) in read_before
        if fault := _unknown(new, process, name, answered, may_lack=may_lack):
            yield f"{fault}, and the form of {_named(new, process, element)} goes by the answer", element


def _read_in_forms(new: Model, process: str) -> Iterator[tuple[str, str, bool]]:
    """The forms of the process by their elements, each with what its conditions and judgements look up, and whether
    they say what holds without it.
    """
    for element in (START, *new.drawings[process].elements):
        form = new.form(process, element) or {}
        judging = {condition for name in JUDGING for condition in form.get(name, {}).values()}
        for condition in conditions_of(form) | {condition for _, condition, _ in refusals_of(form)} | judging:
            tested = paths_tested(condition)
            yield from ((element, name, name in tested) for name in sorted(names_read(condition)))


def _looked_up(new: Model, names: CalledAnew, one: Answered) -> Iterator[tuple[str, str]]:
    """It keeps the names under which it was given, so nothing finds it that asks for it by new ones."""
    task, process = names.task(one.element), names.process
    paths = [] if task == one.element else [task]
    asked_for = [name for name in one.answers if (one.element, name) in names.questions]
    of_answers = [name for _, name, _ in names.answers if name in one.answers]
    paths += [f"{task}.{names.questions.get((one.element, name), name)}" for name in (*asked_for, *of_answers)]
    for path in paths:
        ways = [rf"\b({process}|last|done)\.{path}\b", f"^not_by={task}$"]
        ways += [rf"(?<![\w.]){path}\b"] if one.element == START else []
        elsewhere = re.compile("|".join(ways))
        if any(elsewhere.search(text) for text in _names_looked_up(new, process)):
            words = f"{_named(one.asked_on, process, one.element)} was answered here under other names"
            yield f"{words}, and the new models look for the answer", one.element


def _names_looked_up(new: Model, process: str) -> Iterator[str]:
    """Whatever names a task or an answer of the past: in forms, messages and drawings."""
    for form in new.forms.values():
        yield from _texts_of(form)
    for message in new.messages.values():
        yield from (f"{one.process}.{one.task} {one.condition}" for one in message.until)
    for drawing in new.drawings.values():
        for element in drawing.elements.values():
            for name, value in element.properties.items():
                yield f"{name}={value}" if name == "not_by" and drawing.process == process else value


def _texts_of(schema: Any) -> Iterator[str]:
    """Of a form, but for what only fills in, or says who reads."""
    for key, part in _parts_of(schema):
        if isinstance(part, str) and key not in NOT_LOOKED_UP:
            yield part
        elif key not in NOT_LOOKED_UP:
            yield from _texts_of(part)


def _parts_of(schema: Any) -> Iterable[tuple[object, Any]]:
    if isinstance(schema, dict):
        return cast("dict[str, Any]", schema).items()
    return enumerate(cast("list[Any]", schema)) if isinstance(schema, list) else ()


def _another_role(new: Model, names: CalledAnew, one: Answered) -> Iterator[tuple[str, str]]:
    """What started it is read by the new models, everything else by those that asked it."""
    process, element = names.process, one.element
    was, now = one.asked_on.form(process, element) or {}, new.form(process, names.task(element)) or {}
    for field, schema in was.get("properties", {}).items():
        role = schema.get("x-role")
        having = [*fields_with_role(now, role)] if role and field in one.answers else []
        name = field if element == START else names.questions.get((element, field), field)
        if having and name not in having:
            yield f"{_question(one, process, field)} was answered here, and the new models ask that elsewhere", element


def _unknown(new: Model, process: str, name: str, answered: Mapping[str, Answered], *, may_lack: bool) -> str:
    """Why there is no such answer, or it is none any more; empty where there is, or the form was not answered yet."""
    owner, _, path = name.partition(".")
    element, field = (START, path) if owner == START else (path.partition(".")[0], path.partition(".")[2])
    one = answered.get(element) if owner in (START, "last") else None
    if one is None or not field:
        return ""
    if field not in one.answers:
        was_asked = field in (one.asked_on.form(process, element) or {}).get("properties", {})
        return "" if was_asked or may_lack else f"{_question(one, process, field, new)} was not asked here"
    asked = next((each for each in new.every_question(process, element) if each.id == field), None)
    known = {choice.value for choice in asked.choices} if asked else set[str]()
    strange = known and not _texts(one.answers[field]) <= known
    return f"{_question(one, process, field)} was answered as it cannot be any more" if strange else ""


def _texts(given: object) -> set[str]:
    values = cast("list[object]", given) if isinstance(given, list) else [given]
    return {value for value in values if isinstance(value, str)}


def _question(one: Answered, process: str, field: str, asked_on: Model | None = None) -> str:
    """Named as people read it, with the form that asks it."""
    its_model = asked_on or one.asked_on
    found = next((each for each in its_model.every_question(process, one.element) if each.id == field), None)
    return f"“{found.title if found else field}” ({_named(its_model, process, one.element)})"


def _named(its_model: Model, process: str, element: str) -> str:
    drawing = its_model.drawings[process]
    return drawing.named(element) if element != START else f"“{drawing.name}”"
