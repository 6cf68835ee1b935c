"""Which files and columns say what runs in another system: the forms of the models say it (docs/taking_over.md).

A process that `takes_over` has a file of its own, with a column for each question of its start form; what such a form
asks in a list is a file for that list; what it asks of the child stands in `children.csv`. Lines belong together by
the reference that the child has in the other system.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.facts.beginnings import processes_that_say
from engine.forms.answer_roles import field_with_role
from engine.forms.questions import SEVERAL, Choice, Question, form_now, questions_of
from engine.forms.schema import Schema
from engine.process.bundle import START, Model
from engine.process.vocabulary import TAKES_OVER

REFERENCE, FAMILY, LEAD, TEAM = "reference", "family", "lead", "team"
ABOUT_CASE = (REFERENCE, FAMILY, LEAD, TEAM)
CHILDREN = "children.csv"


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A process with which a case may begin that ran elsewhere, with the questions of its start form."""

    process: str
    title: str
    child_field: str
    reference_field: str
    of_child: tuple[Question, ...]
    own: tuple[Question, ...]
    lists: tuple[Question, ...]

    @property
    def file(self) -> str:
        return f"{self.process}.csv"


def open_places(model: Model) -> tuple[OpenPlace, ...]:
    """By the names of their files."""
    return tuple(_open_place(model, process) for process in sorted(processes_that_say(model, TAKES_OVER)))


def _open_place(model: Model, process: str) -> OpenPlace:
    form: Schema = model.form(process, START) or {}
    agencies = tuple(Choice(one.id, one.name) for one in model.agencies.values() if one.id in model.agencies_to_ask)
    questions = [one for one in questions_of(form_now(form, frozenset(), {"agencies": agencies})) if one.id]
    field = field_with_role(form, "children") or ""
    reference = field_with_role(form["properties"][field]["items"], "other_reference") or ""
    children = next(one for one in questions if one.id == field)
    return OpenPlace(
        process=process,
        title=form.get("title", model.drawings[process].name),
        child_field=field,
        reference_field=reference,
        of_child=tuple(one for one in children.questions if one.id != reference),
        own=tuple(one for one in questions if one.kind not in ("list", "statement")),
        lists=tuple(one for one in questions if one.kind == "list" and one.id != field),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """Of a file: `hint` says what stands in it. `needed`: always, by some form that asks it."""

    name: str
    hint: str
    needed: bool = False


_OWN_COLUMNS = (
    Column(REFERENCE, "What the child is called in the system that it comes from. It joins the files", needed=True),
    Column(FAMILY, "The same word for brothers and sisters; empty for a child alone"),
    Column(LEAD, "The email address by which the lead social worker has an account here", needed=True),
    Column(TEAM, "The name of the team, where the lead works in several"),
)


def columns_of_files(places: Sequence[OpenPlace]) -> Mapping[str, tuple[Column, ...]]:
    """File -> its columns, in order. What several forms ask stands once."""
    asked: dict[str, list[Question]] = {CHILDREN: []}
    for place in places:
        asked[CHILDREN] += place.of_child
        asked[place.file] = [*place.own]
        for each in place.lists:
            asked.setdefault(f"{each.id}.csv", []).extend(each.questions)
    return {file: _columns(file, questions) for file, questions in asked.items()}


def _columns(file: str, questions: Sequence[Question]) -> tuple[Column, ...]:
    own = _OWN_COLUMNS if file == CHILDREN else _OWN_COLUMNS[:1]
    by_name = {one.id: Column(one.id, _hint(one), one.required and not one.show_if) for one in reversed(questions)}
    return (*own, *(by_name[name] for name in dict.fromkeys(one.id for one in questions)))


def _hint(question: Question) -> str:
    """The question, and what may be written in answer to it."""
    choices = "" if question.kind == "yes_no" else ", ".join(one.value for one in question.choices)
    how = {"date": "a day", "date_time": "a day and a time", "yes_no": "yes or no"}.get(question.kind, choices)
    several = ", several with ; between" if question.kind in SEVERAL else ""
    return f"{question.title}{f' ({how}{several})' if how else ''}"


def templates(places: Sequence[OpenPlace]) -> Mapping[str, str]:
    """File -> its first line, to be written on below."""
    found: dict[str, str] = {}
    for file, columns in columns_of_files(places).items():
        written = io.StringIO(newline="")
        csv.writer(written, lineterminator="\n").writerow(one.name for one in columns)
        found[file] = written.getvalue()
    return found
