"""One question of a form in words: how it is put and answered, what it means, and how it is really answered."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from engine.difference.question_words import KINDS_OF_QUESTION, AskedQuestion, keyword_in_words
from engine.forms.conditions_to_answer import other_rules
from engine.forms.form_edits import edit_of, group_at, kind_as_written
from engine.forms.schema import Schema
from engine.reads.studio.form_of_change import FormOfChange
from engine.reads.studio.how_answered import NO_ACCOUNT, FormAnswered, QuestionAnswered, in_words

_SAID_ELSEWHERE = frozenset({"title", "description", "type", "format", "items", "oneOf", "enum", "x-ui", "x-serves"})


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """`means` are sentences of what the system does with it; `answered` how it is really answered, in counts."""

    place: str
    title: str
    hint: str
    kind: str
    needed: str
    shown: str
    choices: Sequence[str]
    means: Sequence[str]
    answered: Sequence[str]
    inner: Sequence["QuestionShown"]


def question_shown(at: FormOfChange, place: str, answered: FormAnswered | None) -> QuestionShown:
    group, name = group_at(at.form or {}, place)
    field = group["properties"][name]
    asked = AskedQuestion(at.model, at.process, at.task, group["properties"])
    show_if = field.get("x-ui", {}).get("show_if")
    inner = field.get("items", {}).get("properties", {})
    return QuestionShown(
        place=place,
        title=field["title"],
        hint=field.get("description", ""),
        kind=KINDS_OF_QUESTION[kind_as_written(field)],
        needed=_needed(at, asked, place),
        shown=_sentence(keyword_in_words(asked, "show_if", show_if)) if show_if else "",
        choices=[_choice(asked, one) for one in field.get("items", field).get("oneOf", ())],
        means=what_it_means(at, place),
        answered=_answered(at, field, answered, name) if answered and kind_as_written(field) != "statement" else (),
        inner=[question_shown(at, f"{place}.{one}", None) for one in inner],
    )


def _choice(asked: AskedQuestion, one: Schema) -> str:
    """“Yes (alone; offered only where the child is born)”."""
    said = [one["description"]] if "description" in one else []
    said += [f"offered only where {asked.condition(one['x-when'])}"] if "x-when" in one else []
    said += [_in_words(asked, name, one[name]) for name in ("x-decided-in", "x-not-by-hand") if name in one]
    return f"{one['title']} ({'; '.join(said)})" if said else one["title"]


def _needed(at: FormOfChange, asked: AskedQuestion, place: str) -> str:
    group, name = group_at(at.form or {}, place)
    edit = edit_of(at.form or {}, place)
    if kind_as_written(group["properties"][name]) == "statement":
        return ""
    if "x-when" in asked.beside[name] or edit.needed == "always":
        return "It must be answered wherever it is asked."
    if edit.needed == "sometimes":
        where = " or ".join(
            f"{asked.named(one)} is {asked.answers(one, values)}" for one, values in edit.needed_for.items()
        )
        return f"It must be answered where {where}."
    return "It must be answered for some answers." if [*other_rules(group, name)] else "It can be left empty."


def what_it_means(at: FormOfChange, place: str, without: Collection[str] = ()) -> Sequence[str]:
    """What else the form says of it, in plain words; `without` are keywords that are shown beside it by themselves."""
    group, name = group_at(at.form or {}, place)
    asked = AskedQuestion(at.model, at.process, at.task, group["properties"])
    field = asked.beside[name]
    said = {key: value for key, value in field.items() if key not in {*_SAID_ELSEWHERE, *without}} | field.get(
        "x-serves", {}
    )
    return [_sentence(_in_words(asked, key, value)) for key, value in said.items()]


def _in_words(asked: AskedQuestion, keyword: str, value: Any) -> str:
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        return keyword_in_words(asked, keyword, value)
    return f"“{keyword}”: {value}"  # what the linter finds wrong in it, it says beside the form


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _answered(at: FormOfChange, field: Schema, form: FormAnswered, name: str) -> Sequence[str]:
    if form.says_nothing:
        return ()
    found = form.questions.get(name, QuestionAnswered())
    said = [f"Answered {in_words(found.times)}; otherwise it was left empty, or not asked."]
    offered = [(one["const"], one["title"]) for one in field.get("items", field).get("oneOf", ())]
    if kind_as_written(field) == "yes_no" and not offered:
        offered = [("yes", "Yes"), ("no", "No")]
    said += [
        f"“{label}”: {'never chosen' if not found.values[value] else in_words(found.values[value])}"
        for value, label in offered
    ]
    roles = {one.id: one.name for one in at.model.roles.values()} | {NO_ACCOUNT: "without an account"}
    by = ", ".join(f"{roles.get(one, one)} {in_words(times)}" for one, times in sorted(found.roles.items()))
    return [*said, f"By: {by}."] if by else said
