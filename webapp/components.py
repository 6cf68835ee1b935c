"""The questions of a form as a template draws them: names, ids, what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.forms.questions import Question
from webapp.fields import Typed, items_of, one

PLACE_OF_ITEM = "__number__"
"""Stands for the number of an item in the pattern from which a script makes another one."""


@dataclass(frozen=True, slots=True)
class FieldItem:
    """One entry of a repeating group. `label` is given where the rows of the list are."""

    path: str
    number: str
    label: str
    fields: tuple["Field", ...]

    @property
    def id(self) -> str:
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Field:
    """`target` is the id of the input that an error leads to; `shown_if` names the input that reveals this one."""

    question: Question
    name: str
    typed: Mapping[str, Sequence[str]]
    error: str
    shown_if: str
    shown_for: tuple[str, ...]
    shown_words: str
    items: tuple[FieldItem, ...] = ()
    pattern: FieldItem | None = None

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def value(self) -> str:
        return one(self.typed, self.name)

    @property
    def values(self) -> Sequence[str]:
        return self.typed.get(self.name, ())

    @property
    def target(self) -> str:
        if self.question.kind in ("date", "date_time"):
            return f"{self.id}-day"
        if self.question.kind == "list":
            return f"{self.id}-list"
        return self.id

    @property
    def optional(self) -> bool:
        """Said of the question; not of one that another reveals or requires: it may be asked for all the same."""
        asked = self.question
        return not (asked.required or asked.may_be_required or asked.show_if or asked.kind == "statement")

    @property
    def described_by(self) -> str:
        described = (f"{self.id}-hint", self.question.hint), (f"{self.id}-error", self.error)
        return " ".join(element for element, words in described if words)

    @property
    def error_class(self) -> str:
        return " govuk-input--error" if self.error else ""

    @property
    def choices(self) -> list[dict[str, object]]:
        return [
            {"value": choice.value, "text": choice.label, "hint": {"text": choice.hint} if choice.hint else None}
            for choice in self.question.choices
        ]

    def part(self, part: str) -> str:
        return one(self.typed, f"{self.name}-{part}")


def fields_of(
    questions: Sequence[Question], typed: Typed, problems: Mapping[str, str], prefix: str = ""
) -> tuple[Field, ...]:
    by_id = {question.id: question for question in questions}
    return tuple(_field(question, by_id, typed, problems, prefix) for question in questions)


# The inputs of templates/showing_who.html.
SHOWING_WHO = {name: f"#{name}" for name in ("confirmed", "password", "second_factor", "shown_again")}


def errors_of(fields: Sequence[Field], problems: Mapping[str, str]) -> list[dict[str, str]]:
    """For the error summary: each sentence with the input it leads to, in the order of the page."""
    asked = {field.name: f"#{field.target}" for field in with_items(fields)}
    targets = asked | SHOWING_WHO | asked  # after the questions, and a question of that name keeps its own input
    told = [{"text": problems[name], "href": target} for name, target in targets.items() if name in problems]
    return [{"text": text, "href": "#form"} for name, text in problems.items() if name not in targets] + told


def _field(
    question: Question, beside: Mapping[str, Question], typed: Typed, problems: Mapping[str, str], prefix: str
) -> Field:
    name = prefix + question.id
    revealing, values = question.show_if or ("", ())
    repeats = question.kind == "list"
    return Field(
        question=question,
        name=name,
        typed=typed,
        error=problems.get(name, ""),
        shown_if=prefix + revealing if revealing in beside else "",
        shown_for=values,
        shown_words=_words(beside[revealing], values) if revealing in beside else "",
        items=_items(question, typed, problems, name) if repeats else (),
        pattern=_item(question, {}, {}, name, PLACE_OF_ITEM) if repeats and not question.choices else None,
    )


def _items(question: Question, typed: Typed, problems: Mapping[str, str], name: str) -> tuple[FieldItem, ...]:
    numbers = items_of(question, typed, name)
    if not numbers and question.required:
        numbers = ("0",)
    return tuple(_item(question, typed, problems, name, number) for number in numbers)


def _item(question: Question, typed: Typed, problems: Mapping[str, str], name: str, number: str) -> FieldItem:
    path = f"{name}.{number}"
    asked = question.questions
    label = ""
    if question.choices:
        label = question.choices[int(number)].label
        asked = tuple(each for each in asked if each.id != question.row)
    return FieldItem(path, number, label, fields_of(asked, typed, problems, f"{path}."))


def _words(question: Question, values: Sequence[str]) -> str:
    """Said where no script hides what is not asked: “Yes” or “Partly” to “Have you told them?”."""
    labels = " or ".join(f"“{choice.label}”" for choice in question.choices if choice.value in values)
    return f"Answer only if you chose {labels} under “{question.title}”."


def with_items(fields: Sequence[Field]) -> list[Field]:
    """All fields, each list followed by the fields of its items."""
    found: list[Field] = []
    for field in fields:
        found.append(field)
        for item in field.items:
            found += with_items(item.fields)
    return found
