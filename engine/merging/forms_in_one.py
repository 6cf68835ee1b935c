"""A form that a draft and what was put in force meanwhile changed both, made one again question by question."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from engine.forms.form_layout import rewritten
from engine.merging.three_way import CannotMerge, Decided, InOne, Keep, Sides, decided, in_order

Form = Mapping[str, Any]
QUESTIONS, NEEDED = "properties", "required"
_QUESTION = "question "


def form_in_one(contents: Sides[bytes], _file: str, keep: Keep) -> InOne:
    """What is asked for are the ids of questions, each after `question `, and the other keywords of the form by their
    names. Raises CannotMerge.
    """
    forms = contents.each(_read)
    choice = decided(forms.each(_parts), keep)
    made = _put_together(forms, choice)
    for form, content in ((forms.mine, contents.mine), (forms.theirs, contents.theirs)):
        if _as_written(made) == _as_written(form):
            return InOne(content, choice.asked)
    return InOne(rewritten(contents.theirs, made), choice.asked)


def question_of(key: str) -> str:
    """The id of the question that is asked for; empty for another keyword."""
    return key.removeprefix(_QUESTION) if key.startswith(_QUESTION) else ""


def _read(content: bytes) -> Form:
    try:
        form = json.loads(content)
    except (ValueError, RecursionError):
        raise CannotMerge("One of the forms cannot be read.") from None
    if not isinstance(form, dict):
        raise CannotMerge("One of the forms cannot be read.")
    read = cast("dict[str, Any]", form)
    needed = cast("Sequence[str]", read.get(NEEDED, []))
    if (
        not isinstance(read.get(QUESTIONS), dict)
        or not isinstance(needed, list)
        or {*map(str, needed)} - {*read[QUESTIONS]}
    ):
        raise CannotMerge("One of the forms needs answers to what it does not ask.")
    return read


def _parts(form: Form) -> dict[str, str]:
    asked: Form = form[QUESTIONS]
    needed: Sequence[str] = form.get(NEEDED, ())
    found = {key: _as_written(part) for key, part in form.items() if key not in (QUESTIONS, NEEDED)}
    return found | {f"{_QUESTION}{one}": _as_written([part, one in needed]) for one, part in asked.items()}


def _put_together(forms: Sides[Form], choice: Decided) -> dict[str, Any]:
    questions = forms.each(lambda form: {f"{_QUESTION}{one}": part for one, part in form[QUESTIONS].items()})
    needed = forms.each(lambda form: tuple(f"{_QUESTION}{one}" for one in form.get(NEEDED, ())))
    asked = choice.all_of(questions)
    wanted = [
        question_of(one)
        for one in in_order(needed)
        if one in asked and one in (needed.mine if choice.mine[one] else needed.theirs)
    ]
    made: dict[str, Any] = {}
    for key in in_order(forms):
        if key == QUESTIONS:
            made[key] = {question_of(one): part for one, part in asked.items()}
        elif key == NEEDED:
            made |= {NEEDED: wanted} if wanted or [] in (form.get(NEEDED) for form in forms) else {}
        elif (part := choice.of(key, forms)) is not None:
            made[key] = part
    return made


def _as_written(part: object) -> str:
    """By which two are known to be alike, whatever order their keywords stand in."""
    return json.dumps(part, sort_keys=True)
