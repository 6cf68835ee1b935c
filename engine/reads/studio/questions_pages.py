"""What a draft asks: its forms by process, one form question by question, one question as it can be changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.base.errors import NotFound, Problem
from engine.difference.beyond_words import is_local
from engine.difference.question_readers import readers_of
from engine.expressions.evaluation import BadExpression, names_read
from engine.facts.change_files import ChangedFiles, ChangeRow, change_row, files_of_change
from engine.forms import questions
from engine.forms.duty_judgement import holds
from engine.forms.form_edits import QuestionEdit, edit_of, group_at, kind_as_written, places_of
from engine.forms.offering import Choice
from engine.forms.questions import Question, has_fixed_rows, names_in, row_field
from engine.forms.schema import Schema, conditions_of
from engine.forms.shown_to import SAID_ITSELF, SHOWN_TO, why_never
from engine.lint.condition_rules import CASE
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import START, Model
from engine.process.condition_words import condition_in_words
from engine.reads.studio.draft_rights import may_save
from engine.reads.studio.form_of_change import (
    FormOfChange,
    form_of_change,
    model_of_change,
    path_of,
    problems_by_itself,
    read_for_editor,
)
from engine.reads.studio.how_answered import NEWEST, form_answered, in_words
from engine.reads.studio.question_shown import QuestionShown, question_shown, what_it_means

_OFFERED_IN_CASE = Choice("example", "Whoever or whatever can be chosen in the case")


@dataclass(frozen=True, slots=True)
class FormRow:
    """`how` is empty where the form is as in what the draft was made from. `asked` is None where it cannot be read."""

    task: str
    title: str
    how: str
    asked: int | None


@dataclass(frozen=True, slots=True)
class FormsOfProcess:
    """`missing` are tasks that have no form, each with its title and the version that stands: 0 where none stood."""

    process: str
    name: str
    forms: Sequence[FormRow]
    missing: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class FormsPage:
    row: ChangeRow
    processes: Sequence[FormsOfProcess]
    may_save: bool
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormToEdit:
    """`problems` are those of the form by itself: what other files say against it, the checks of the draft say.
    `preview` is what is asked under the circumstances that are on; `circumstances` are conditions in words.
    """

    at: FormOfChange
    guidance: str
    questions: Sequence[QuestionShown]
    sent: str
    newest: int
    problems: Sequence[Problem]
    circumstances: Mapping[str, str]
    on: frozenset[str]
    preview: Sequence[Question]
    duties: Mapping[str, str]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A question on whose answers another can hang."""

    id: str
    title: str
    choices: Sequence[tuple[str, str]]
    several: bool


@dataclass(frozen=True, slots=True)
class QuestionToEdit:
    """`edit` is what can be changed, `stands` the same in words; None where the question is not asked, which a conflict
    can bring about. `is_local`: nothing but people reads which choice was made.
    """

    at: FormOfChange
    place: str
    edit: QuestionEdit | None
    stands: QuestionShown | None
    kind: str
    has_role: bool
    has_condition: bool
    is_local: bool
    means: Sequence[str]
    readers: Sequence[str]
    beside: Sequence[Beside]
    outside: "ReadersOutside | None" = None
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadersOutside:
    """Who outside the agency that has the cases may read an answer. `of_form` are the names of those to whom its form
    shows all its answers; `why_never`, where it is not empty, why nobody may read this one, whatever is said.
    """

    offered: Sequence[Choice]
    of_form: Sequence[str]
    why_never: str


def forms_page(connection: Connection, actor: Actor, _now: datetime, change: str) -> FormsPage:
    """Raises NotAllowed for whoever has no part in the studio, and NotFound."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    files = files_of_change(connection, actor.within, row)
    model = model_of_change(connection, row, files)
    processes = sorted({path.split("/")[1] for path in files.now if path.startswith("forms/")} | model.drawings.keys())
    found = [_of_process(model, files, process) for process in processes]
    return FormsPage(row, sorted(found, key=lambda one: one.name), may_save(actor, row))


def _of_process(model: Model, files: ChangedFiles, process: str) -> FormsOfProcess:
    drawing, start = model.drawings.get(process), f"forms/{process}/"
    there = [path.removeprefix(start).removesuffix(".json") for path in sorted(files.now) if path.startswith(start)]
    tasks = [one.id for one in drawing.elements.values() if one.kind == "userTask"] if drawing else []
    order = [START, *tasks]
    rows = [_row(model, files, process, task) for task in sorted(there, key=lambda one: (*order, one).index(one))]
    versions = {task: files.saved[path].version for task in tasks if (path := path_of(process, task)) in files.saved}
    missing = [(task, model.title(process, task), versions.get(task, 0)) for task in tasks if task not in there]
    return FormsOfProcess(process, drawing.name if drawing else process, rows, missing)


def _row(model: Model, files: ChangedFiles, process: str, task: str) -> FormRow:
    path = path_of(process, task)
    how = "Added" if path not in files.base else "Changed" if files.base[path] != files.now[path] else ""
    form, _ = read_for_editor(files.now[path], process, task)
    title = form["title"] if form else (model.form(process, task) or {}).get("title", task)
    return FormRow(task, title, how, len(form["properties"]) if form else None)


def form_page(
    connection: Connection,
    actor: Actor,
    now: datetime,
    change: str,
    process: str,
    task: str,
    on: Sequence[str] | None = None,
) -> FormToEdit:
    """`on` are the conditions of the form that hold in the preview; None for those that hold while no fact does.

    Raises NotAllowed, NotFound.
    """
    at = form_of_change(connection, actor, now, change, process, task)
    form: Schema = at.form or {"properties": {}}
    answered = form_answered(connection, actor, process, task)
    conditions = {one: condition_in_words(at.model, process, task, one) for one in sorted(conditions_of(form))}
    holding = frozenset(filter(_holds_without_facts, conditions) if on is None else on) & conditions.keys()
    rows = {name: (_OFFERED_IN_CASE,) for name, field in form["properties"].items() if _has_rows(field)}
    offered = {"agencies": _agencies(at.model), "person": (_OFFERED_IN_CASE,), "people": (_OFFERED_IN_CASE,), **rows}
    asked = questions(form, holding, offered) if at.form else ()
    return FormToEdit(
        at=at,
        guidance=form.get("description", ""),
        questions=[question_shown(at, place, answered) for place in places_of(form) if "." not in place],
        sent=in_words(answered.times),
        newest=NEWEST,
        problems=problems_by_itself(at) if at.form else (),
        circumstances=conditions,
        on=holding,
        preview=asked,
        duties={name: at.model.duties[name].duty for one in asked for name in one.duties if name in at.model.duties},
    )


def _has_rows(field: Schema) -> bool:
    """Without a question that names its rows a list of rows cannot be asked, which the linter refuses."""
    return has_fixed_rows(field) and bool(row_field(field["items"]))


def _holds_without_facts(condition: str) -> bool:
    """As a form most often stands: nothing is late, nothing else runs. What asks for an answer does not hold."""
    facts: dict[str, Any] = {}
    with suppress(BadExpression):
        for path in names_read(condition):
            root, _, name = path.partition(".")
            if not name:
                facts[root] = False
            elif root == CASE:
                facts.setdefault(CASE, {})[name] = False
        return holds(condition, facts, frozenset())
    return False


def question_page(
    connection: Connection, actor: Actor, now: datetime, change: str, process: str, task: str, place: str
) -> QuestionToEdit:
    """Raises NotAllowed; NotFound where there is no such form, or it cannot be changed by questions."""
    at = form_of_change(connection, actor, now, change, process, task)
    if at.form is None:
        raise NotFound
    if place not in places_of(at.form):
        return QuestionToEdit(at, place, None, None, "", False, False, False, (), (), ())
    group, name = group_at(at.form, place)
    field = group["properties"][name]
    outside = None if "." in place or kind_as_written(field) == "statement" else _readers_outside(at, field)
    return QuestionToEdit(
        at=at,
        place=place,
        edit=edit_of(at.form, place),
        stands=question_shown(at, place, None),
        kind=kind_as_written(field),
        has_role="x-role" in field,
        has_condition="x-when" in field or has_fixed_rows(field),
        is_local=is_local(at.model, process, task, place),
        means=what_it_means(at, place, without=(SHOWN_TO,) if outside else ()),
        readers=readers_of(at.model, at.form, process, task, place),
        beside=[*_on_which(group, name)],
        outside=outside,
    )


def _readers_outside(at: FormOfChange, field: Schema) -> ReadersOutside:
    """A reader that the form names and that is there no more is offered as well, to be unticked."""
    form: Schema = at.form or {}
    offered = {one.value: one for one in _agencies(at.model)}
    offered |= {one.id: Choice(one.id, one.name) for one in at.model.groups.values()}
    gone = [one for one in names_in(field.get(SHOWN_TO, ())) if one not in offered]
    of_form = () if field.get("x-role") in SAID_ITSELF else names_in(form.get(SHOWN_TO, ()))
    return ReadersOutside(
        offered=[*offered.values(), *(Choice(one, one.replace("_", " ")) for one in gone)],
        of_form=[offered[one].label if one in offered else one.replace("_", " ") for one in of_form],
        why_never=why_never(field),
    )


def _on_which(group: Schema, name: str) -> Iterator[Beside]:
    """The questions with choices of their own that stand beside it."""
    for other, field in group["properties"].items():
        kind = kind_as_written(field)
        if other == name or kind not in ("yes_no", "one_of", "any_of"):
            continue
        offered = field.get("items", field).get("oneOf") or [
            {"const": "yes", "title": "Yes"},
            {"const": "no", "title": "No"},
        ]
        yield Beside(other, field["title"], [(one["const"], one["title"]) for one in offered], kind == "any_of")


def _agencies(model: Model) -> tuple[Choice, ...]:
    return tuple(Choice(one.id, one.name) for one in model.agencies.values() if not one.leads)
