"""What was answered in a case, in the words of its forms, as far as the reader may see it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any, Literal, TypeAlias, cast

from sqlalchemy import Connection

from engine.base.clock import moment_in_words
from engine.facts.joining import that_hold, together
from engine.facts.models import model
from engine.forms import Choice
from engine.forms.offering import Choices
from engine.forms.questions import Question, Schema, has_fixed_rows, row_field
from engine.people.identity import Actor
from engine.process.bundle import START, Model
from engine.reads.authority.people import names_of
from engine.reads.case.corrected import Correction, CorrectionTold, corrected_in
from engine.reads.case.disputed import Disputed, disputed_in


@dataclass(frozen=True, slots=True)
class Said:
    """One question and its answer: `words`, or for a repeating group the `items`.

    `about`: a decision moves the case on, a reason says why. `field` is the question by its id, `disputed` what
    somebody says is wrong in the answer, and `corrected` how it was put right.
    """

    question: str
    words: str
    items: tuple[tuple["Said", ...], ...] = ()
    about: Literal["", "decision", "reason"] = ""
    field: str = ""
    disputed: tuple[Disputed, ...] = ()
    corrected: tuple[CorrectionTold, ...] = ()

    @property
    def plainly(self) -> str:
        """In one line, with what stands in the items of a list."""
        inside = ("; ".join(f"{one.question}: {one.plainly}" for one in item) for item in self.items)
        return " / ".join(inside) if self.items else self.words


@dataclass(frozen=True, slots=True)
class Given:
    """The answers to one form. `title` is the task's; `by` is empty where nobody with an account gave them. `ended_at`
    is of the instance; `went_on`: it was joined with another one then. `mine`: the reader gave
    them, and reads all of them.
    """

    process: str
    process_name: str
    element: str
    title: str
    at: datetime
    by: str
    answers: Mapping[str, Any]
    bundle: str
    instance: str
    ended_at: datetime | None = None
    went_on: bool = False
    is_whole: bool = True
    id: str = ""
    mine: bool = False


Answered: TypeAlias = tuple[Given, tuple[Said, ...]]
"""The answers to a form, and the same in words."""


def said(connection: Connection, actor: Actor, forms: Sequence[Given]) -> tuple[tuple[Said, ...], ...]:
    """Each form question by question, in the order of its questions. Whoever is named in any of them is looked up in
    one statement. `actor` is the reader.
    """
    told = in_words(
        connection, [(model(connection, one.bundle), one.process, one.element, one.answers) for one in forms]
    )
    ids = [one.id for one in forms if one.id]
    notes, corrections = disputed_in(connection, actor, ids), corrected_in(connection, actor, ids)
    return tuple(
        with_disputes(with_corrections(connection, one, rows, corrections.get(one.id, ())), notes.get(one.id, ()))
        for one, rows in zip(forms, told, strict=True)
    )


def with_corrections(
    connection: Connection, given: Given, rows: tuple[Said, ...], corrections: Sequence[Correction]
) -> tuple[Said, ...]:
    """Each beside the answer that it is about. Where there is none any more, it stands below, for who reads all. Who is
    shown single questions is told that one was corrected and when: what stood there before may never have been for
    them, and the reason is about the whole form.
    """
    if not corrections:
        return rows
    told = _told(connection, given, corrections)
    beside = [replace(row, corrected=tuple(one for field, one, _ in told if field == row.field)) for row in rows]
    shown = {row.field for row in rows}
    gone: dict[str, Said] = {}
    for field, one, question in told if given.is_whole else ():
        if field not in shown:
            row = gone.get(field, Said(question, "", field=field))
            gone[field] = replace(row, corrected=(*row.corrected, one))
    return (*beside, *gone.values())


def _told(
    connection: Connection, given: Given, corrections: Sequence[Correction]
) -> list[tuple[str, CorrectionTold, str]]:
    """Each with the field and the question that it is about. Why is for those who see all: it may say what the answer
    does not.
    """
    if not given.is_whole:
        return [
            (one.field, CorrectionTold("", "", "", "", one.at, one.number, is_whole=False), "") for one in corrections
        ]
    form = model(connection, given.bundle), given.process, given.element
    versions = [(one.field, answer) for one in corrections for answer in (one.before, one.after)]
    rows = in_words(connection, [(*form, {} if answer is None else {field: answer}) for field, answer in versions])
    found: list[tuple[str, CorrectionTold, str]] = []
    for one, before, after in zip(corrections, rows[::2], rows[1::2], strict=True):
        was, now = ("; ".join(row.plainly for row in version) for version in (before, after))
        question = next((row.question for row in (*before, *after)), "")
        found.append((one.field, CorrectionTold(was, now, one.reason, one.by, one.at, one.number), question))
    return found


def with_disputes(rows: tuple[Said, ...], notes: Sequence[Disputed]) -> tuple[Said, ...]:
    """Each beside the answer that it is about."""
    if not notes:
        return rows
    return tuple(replace(one, disputed=tuple(note for note in notes if note.field == one.field)) for one in rows)


def in_words(
    connection: Connection, forms: Sequence[tuple[Model, str, str, Mapping[str, Any]]]
) -> tuple[tuple[Said, ...], ...]:
    """The same of answers by model, process and element; what was not answered is left out."""
    asked = [_asked(*one) for one in forms]
    named = (_persons(each, answers) for each, (*_, answers) in zip(asked, forms, strict=True))
    names = names_of(connection, chain.from_iterable(named))
    return tuple(_said(each, answers, names) for each, (*_, answers) in zip(asked, forms, strict=True))


def _asked(its_model: Model, process: str, element: str, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    rows = rows_answered(its_model, its_model.form(process, element) or {}, answers)
    return its_model.every_question(process, element, rows)


def outcomes(connection: Connection, earlier: Sequence[Given]) -> dict[str, str]:
    """What was decided in each instance, by its id, in the words of the choice: the newest answer to a field of a form
    that is marked as the outcome (`x-outcome`).
    """
    found: dict[str, str] = {}
    for one in earlier:
        if words := _outcome(model(connection, one.bundle).form(one.process, one.element) or {}, one.answers):
            found.setdefault(one.instance, words)
    return found


def _outcome(form: Schema, answers: Mapping[str, Any]) -> str:
    fields: Schema = form.get("properties", {})
    marked = [(field, answers.get(name)) for name, field in fields.items() if field.get("x-outcome")]
    words = (choice["title"] for field, answer in marked for choice in field["oneOf"] if choice["const"] == answer)
    return next(words, "")


def latest(earlier: Sequence[Given], place: str) -> tuple[Any, Given] | None:
    """The newest answer at one of the places `process.task.field` (a form's `x-prefill`), and the form it stood in. Of
    two instances that have become one since: what was answered in both, by whoever did.
    """
    fields = {(process, element): field for process, element, field in (each.split(".") for each in place.split())}
    found = [one for one in earlier if fields.get((one.process, one.element), "") in one.answers]
    if not found:
        return None
    asked_in = found[0].process, found[0].element
    hold = that_hold([one for one in found if (one.process, one.element) == asked_in])
    by = " and ".join(dict.fromkeys(one.by for one in hold if one.by))
    return together(one.answers[fields[asked_in]] for one in hold), replace(hold[0], by=by)


def form_title(its_model: Model, process: str, element: str) -> str:
    form = its_model.form(process, element) if element == START else None
    return form["title"] if form else its_model.title(process, element)


def rows_answered(its_model: Model, form: Schema, answers: Mapping[str, Any]) -> Choices:
    """By list with fixed rows, the rows that it had when it was answered; an agency by its name."""
    fields: Schema = form.get("properties", {})
    named = {one.id: one.name for one in its_model.agencies.values()}
    return {
        name: tuple(Choice(item[row], str(named.get(item[row]) or item[row])) for item in answers[name] if row in item)
        for name, field in fields.items()
        if has_fixed_rows(field) and answers.get(name) and (row := row_field(field["items"]))
    }


def _persons(asked: Sequence[Question], answers: Mapping[str, Any]) -> Iterator[str]:
    """Ids of colleagues or children that are answers."""
    return (answers[one.id] for one in asked if one.kind == "person" and one.id in answers)


def _said(asked: Sequence[Question], answers: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Said, ...]:
    return tuple(_one(question, answers[question.id], names) for question in asked if question.id in answers)


def _one(question: Question, answer: Any, names: Mapping[str, str]) -> Said:
    if question.kind == "list":
        items = tuple(_said(question.questions, item, names) for item in answer)
        return Said(question.title, "", items, field=question.id)
    words: dict[str, str] = {choice.value: choice.label for choice in question.choices} | dict(names)
    if isinstance(answer, list):
        several = cast("list[str]", answer)
        chosen = ", ".join(words.get(each, each) for each in several)
        return Said(question.title, chosen, about=_about(question), field=question.id)
    said_in_words = _moment(question.kind, answer) or words.get(answer, str(answer))
    return Said(question.title, said_in_words, about=_about(question), field=question.id)


def _about(question: Question) -> Literal["", "decision", "reason"]:
    if question.decision:
        return "decision"
    return "reason" if question.role in ("reason", "late_reason") else ""


def _moment(kind: str, answer: str) -> str:
    """Dates in words; empty for what is none."""
    if kind == "date":
        day = date.fromisoformat(answer)
        return f"{day.day} {day:%B %Y}"
    if kind == "date_time":
        return moment_in_words(datetime.fromisoformat(answer))
    return ""
