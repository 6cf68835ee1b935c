"""A form that asks of several children at once: how what was typed is filed under each, filled in for the others,
shown, and said to be wrong.

A question of one child is called `<key>.<question>`; the key is its task, or its case.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, cast

from flask import flash

from engine.base.errors import BadAnswersOfEach
from engine.forms.asked_together import OF_ONE_CHILD_ALONE
from engine.forms.questions import Question
from engine.reads.task.children_page import OfChild
from engine.reads.task.form_view import FormView
from webapp import sending
from webapp.components import Field, fields_of
from webapp.fields import Typed, answers_of, typed_of
from webapp.sending import FormOnPage, NotTaken

SAME = "same"
"""The button that fills in for the others what was answered for the first."""
FILLED = "It is filled in for the others where nothing was, and not sent yet. Check what stands for each child."
NOTHING_TO_FILL = "Nothing was filled in: answer for the first child first, or all that can be filled in is."


class AskedOfEach(Protocol):
    """A page of several children: `form` asks of all of them, the first is the one from whom it was opened."""

    @property
    def form(self) -> FormView: ...
    @property
    def children(self) -> Sequence[OfChild]: ...


def of_child(item: str, items: Sequence[str], typed: Typed) -> dict[str, Sequence[str]]:
    """As if it had been typed on the page of this child alone."""
    once = {name: values for name, values in typed.items() if name.partition(".")[0] not in items}
    return {**once, **without_name(item, typed)}


def without_name(item: str, typed: Typed) -> dict[str, Sequence[str]]:
    return {name.removeprefix(f"{item}."): said for name, said in typed.items() if name.startswith(f"{item}.")}


def on_page(seen: AskedOfEach, bad: BadAnswersOfEach) -> dict[str, str]:
    """What is wrong with an answer that was asked once stands beside that; it names nobody if it is so for all."""
    once = {one.id for one in seen.form.questions if "." not in one.id}
    problems = {
        path: words for path, words in bad.problems.items() if path.partition(".")[2].partition(".")[0] not in once
    }
    found: dict[str, dict[str, str]] = {}
    for item, of_one in bad.of_each.items():
        for path, words in of_one.items():
            if path.partition(".")[0] in once:
                found.setdefault(path, {})[item] = words
    for path, said in found.items():
        alike = len(said) == len(seen.children) and len({*said.values()}) == 1
        named = (words if alike else f"{bad.names[item]}: {words}" for item, words in said.items())
        problems[path] = " ".join(dict.fromkeys(named))
    return problems


def blank(seen: AskedOfEach, now: datetime) -> FormOnPage:
    """As it is first shown: what the reader typed on the page of each child stands with that child, and what is asked
    once is that of the first who has any.
    """
    typed: dict[str, Sequence[str]] = {**sending.at_first(seen.form, now)}
    for one in (child for child in reversed(seen.children) if child.form.draft):
        kept = sending.kept(one.form)
        typed = {name: values for name, values in typed.items() if not name.startswith(f"{one.item}.")}
        typed |= {**kept, **{f"{one.item}.{name}": values for name, values in kept.items()}}
    return as_typed(seen, typed, from_draft=any(one.form.draft for one in seen.children))


def kept_otherwise(seen: AskedOfEach) -> list[tuple[OfChild, NotTaken]]:
    """Of what is asked once the draft of one child is shown: what stands otherwise in those of others is not lost."""
    once = {one.id for one in seen.form.questions}
    asked = [
        (one, tuple(each for each in one.form.questions if each.id in once)) for one in seen.children if one.form.draft
    ]
    drafts = [(one, sending.not_taken_of(replace(one.form, questions=those), {})) for one, those in asked]
    return [(one, kept) for one, kept in drafts[1:] if kept.texts and kept.texts != drafts[0][1].texts]


def as_typed(seen: AskedOfEach, typed: Typed, *, from_draft: bool = False) -> FormOnPage:
    fields = fields_of(seen.form.questions, typed, {})
    return FormOnPage(seen.form, fields, [], sending.submission_key(), from_draft)


def filled_in(seen: AskedOfEach, typed: Typed) -> FormOnPage:
    """As SAME asks for it."""
    filled = _with_the_same(seen, typed)
    flash(FILLED if filled != typed else NOTHING_TO_FILL)
    return as_typed(seen, filled)


def _with_the_same(seen: AskedOfEach, typed: Typed) -> Typed:
    """What was typed for the first child, for each of the others where nothing was: asked for, and shown before it is
    sent. What no two children share is left out, and what is not offered for one of them.
    """
    asked, first = {one.id: one for one in seen.form.questions}, seen.children[0].item
    answers, given = answers_of(seen.form.questions, typed), dict(typed)
    for name, question in asked.items():
        item, _, field = name.partition(".")
        said = answers.get(f"{first}.{field}")
        if not field or item == first or said is None or name in answers or question.role in OF_ONE_CHILD_ALONE:
            continue
        if _is_offered(question, said):
            given |= typed_of([question], {name: said})
    return given


def _is_offered(question: Question, said: object) -> bool:
    offered = {choice.value for choice in question.choices}
    if not offered or question.kind == "list":
        return True
    return offered.issuperset(cast("list[object]", said) if isinstance(said, list) else [said])


def groups(seen: AskedOfEach, fields: Sequence[Field]) -> Iterator[tuple[str, OfChild | None, list[Field]]]:
    """What is asked once, then what is asked of each child, with that child."""
    yield "once", None, [one for one in fields if "." not in one.question.id]
    for child in seen.children:
        yield child.item, child, [one for one in fields if one.question.id.startswith(f"{child.item}.")]
