"""What a process owner types about a question that a form does not ask yet, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request

from engine.forms.form_edits import LISTS_CHOICES
from engine.forms.new_question import NewQuestion
from engine.forms.questions import KINDS
from webapp.question_editor import Problems, one_line, problem_of_labels, problems_of_words, too_long

DECIDING = ("yes_no", "one_of", "any_of", "agencies")


@dataclass(frozen=True, slots=True)
class TypedNew:
    """`labels` are the choices, one a line."""

    kind: str = ""
    title: str = ""
    hint: str = ""
    needed: str = ""
    labels: str = ""
    decides: str = ""
    first: str = ""
    chosen_from: str = ""
    source: str = ""
    readers: Sequence[str] = field(default=("case page",))


def new_from(typed: TypedNew) -> tuple[NewQuestion | None, Problems]:
    labels = tuple(" ".join(line.split()) for line in typed.labels.splitlines() if line.strip())
    problems = problems_of_words(typed.title, typed.hint) | _of_new(typed, labels)
    if problems:
        return None, problems
    new = NewQuestion(
        kind=typed.kind,
        title=typed.title,
        hint=typed.hint,
        needed=typed.needed == "yes",
        source=typed.source,
        readers=tuple(typed.readers),
        labels=labels if typed.kind in LISTS_CHOICES else (),
        decides=bool(typed.decides),
        first=typed.first,
        chosen_from=typed.chosen_from,
    )
    return new, {}


def _of_new(typed: TypedNew, labels: Sequence[str]) -> Problems:
    """In the order of the page. What is asked only of another kind of question is not held against it."""
    kind, asks = typed.kind, typed.kind != "statement"
    in_vain = bool(typed.decides) and kind not in DECIDING
    people = kind in ("person", "people")
    found = {
        "kind": "" if kind in KINDS else "Choose what it is answered with",
        "labels": problem_of_labels(labels) if kind in LISTS_CHOICES else "",
        "chosen_from": "Choose where those come from who can be chosen" if people and not typed.chosen_from else "",
        "first": "Say what is asked first of each item of the list" if kind == "list" and not typed.first else "",
        "needed": "Choose whether it must be answered" if asks and typed.needed not in ("yes", "no") else "",
        "decides": "Only an answer that is chosen can decide the way: untick this, or choose another kind"
        if in_vain
        else "",
        "readers": "Choose who reads the answer: what nobody reads is not asked" if asks and not typed.readers else "",
    }
    found |= {name: found.get(name) or too_long(getattr(typed, name), name) for name in ("first", "source")}
    return {name: words for name, words in found.items() if words}


def typed_new() -> TypedNew:
    names = ("kind", "needed", "decides", "chosen_from", "labels")
    given = {name: request.form.get(name, "") for name in names}
    lines = {name: one_line(name) for name in ("title", "hint", "first", "source")}
    return TypedNew(**given, **lines, readers=request.form.getlist("readers"))
