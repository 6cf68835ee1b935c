"""What a drawing may name, for whoever draws it: roles, time limits, messages, forms with their questions, duties.

Read from a draft as it stands: what cannot be read offers nothing, and the linter says what is wrong with it.
"""

import csv
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, NamedTuple, TypeVar

from engine.base.errors import BadModel
from engine.decision_tables.decision_table import DecisionTable
from engine.forms.checks import CASE_FACTS
from engine.lint import form_language
from engine.lint.allowed_xml import steps
from engine.lint.condition_rules import field_decided
from engine.lint.form_file import START, kind_of, read_form
from engine.process.bundle import ANY_AGENCY, MESSAGES, ROLES, TIMESCALES
from engine.process.dmn_file import read_table
from engine.process.drawing import CATCHES, TABLE, Drawing, read_drawing
from engine.process.duty_table import DUTIES, parse_duties
from engine.process.vocabulary import EFFECTS_VOCABULARY, PROPERTIES_VOCABULARY
from engine.timescales.timescale_table import parse_timescales

Files = Mapping[str, bytes]
Row = dict[str, Any]
Read = TypeVar("Read")
_YES_NO = ({"value": "yes", "title": "Yes"}, {"value": "no", "title": "No"})
_OF_TASK = ("task", "start")
_FORM = re.compile(r"forms/(?P<process>\w+)/(?P<task>\w+)\.json")


def offered(files: Files, process: str) -> Row:
    """As JSON has it. `files` by their paths in the bundle.

    `answers` are what the conditions of this process may read, each with `path`, `title`, the `choices` that are known
    and `always`: whether whoever does the task must answer it. Of each role `does` says what it may do in a drawing:
    `tasks`; `starts` where its people have no account; or nothing.
    """
    drawing = _read(files, f"processes/{process}/{process}.bpmn", read_drawing)
    messages = _read(files, MESSAGES, _messages) or {}
    tables = _tables(files, process)
    own = {place.task: form for place in _places(files) if place.process == process and (form := _form(files, place))}
    duties = _read(files, DUTIES, lambda content, _: parse_duties(content)) or {}
    return {
        "process": process,
        "types": [f"bpmn:{kind[:1].upper()}{kind[1:]}" for kind in sorted(steps())],
        "roles": _read(files, ROLES, lambda content, _: _roles(content, _who_do_tasks(files))) or [],
        "clocks": [{"id": clock.id, "name": clock.title} for clock in _clocks(files)],
        "messages": [{"id": name, "name": _message_words(row, files)} for name, row in messages.items()],
        "forms": {
            task: {"title": form.get("title", task), "duties": [_duty(name, duties) for name in _duties_of(form)]}
            for task, form in own.items()
        },
        "tasks": [
            {"id": f"{place.process}.{place.task}", "name": _title(files, place)}
            for place in _places(files)
            if place.task != START
        ],
        "tables": [{"id": name, "name": table.name} for name, table in tables.items()],
        "lists": [*_lists(own)],
        "answers": [
            *(*_answers(own), *_decided(drawing, tables), *_carried(drawing, process, messages), *_facts()),
        ],
        "effects": [{"name": one.name, "does": one.does} for one in EFFECTS_VOCABULARY.values() if one.on == "task"],
        "properties": [
            {"on": on, "name": name, "does": one.does, "values": one.values, "holds": one.holds}
            for (on, name), one in PROPERTIES_VOCABULARY.items()
            if on in _OF_TASK
        ],
    }


def _read(files: Files, path: str, reader: Callable[[bytes, str], Read]) -> Read | None:
    try:
        return reader(files[path], path)
    except (BadModel, ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error):
        return None


def _roles(content: bytes, doing: Set[str | None]) -> list[Row]:
    """Tasks are for the people of an agency, and for those who stand outside and do one already."""
    found: list[Row] = []
    for role, row in tomllib.loads(content.decode())["role"].items():
        does = "tasks" if row.get("agency") or role in doing else ""
        found.append({"id": role, "name": row["name"], "does": "starts" if row.get("account") is False else does})
    lane, name = ANY_AGENCY
    return [*found, {"id": lane, "name": name, "does": "tasks"}]


def _who_do_tasks(files: Files) -> Set[str | None]:
    drawings = (_read(files, path, read_drawing) for path in files if path.endswith(".bpmn"))
    return {one.lane for drawing in drawings if drawing for one in drawing.elements.values() if one.kind == "userTask"}


def _clocks(files: Files) -> tuple[Any, ...]:
    return tuple((_read(files, TIMESCALES, parse_timescales) or {}).values())


def _messages(content: bytes, _path: str) -> dict[str, dict[str, str]]:
    return {row["message"]: row for row in csv.DictReader(io.StringIO(content.decode()))}


def _message_words(row: Mapping[str, str], files: Files) -> str:
    started = row.get("starts") or ""
    drawing = _read(files, f"processes/{started}/{started}.bpmn", read_drawing) if started else None
    words = _plain(row["message"])
    return f"{words} (starts {drawing.name})" if drawing else words


class _Place(NamedTuple):
    """Where a form stands."""

    path: str
    process: str
    task: str


def _places(files: Files) -> Iterator[_Place]:
    for path in sorted(files):
        if found := _FORM.fullmatch(path):
            yield _Place(path, found["process"], found["task"])


def _form(files: Files, place: _Place) -> Row | None:
    read = _read(files, place.path, lambda content, path: read_form(content, place.process, place.task, path))
    return read.schema if read and not any(form_language.check(read)) else None


def _title(files: Files, place: _Place) -> str:
    """Of a form that need not be right in all."""
    read = _read(files, place.path, lambda content, _: json.loads(content)["title"])
    return read if isinstance(read, str) else _plain(place.task)


def _duties_of(form: Row) -> list[str]:
    named = form.get("x-duty", [])
    return [named] if isinstance(named, str) else [name for name in named if isinstance(name, str)]


def _duty(name: str, duties: Mapping[str, Any]) -> Row:
    return {"id": name, "name": duties[name].duty if name in duties else ""}


def _answers(own: Mapping[str, Row]) -> Iterator[Row]:
    for task, form in own.items():
        yield from _asked(task, form, lambda field: field.get("x-decision") is True)


def _tables(files: Files, process: str) -> dict[str, DecisionTable]:
    beside = re.compile(rf"processes/{re.escape(process)}/(\w+)\.dmn")
    named = ((found[1], path) for path in sorted(files) if (found := beside.fullmatch(path)))
    return {name: table for name, path in named if (table := _read(files, path, read_table))}


def _decided(drawing: Drawing | None, tables: Mapping[str, DecisionTable]) -> Iterator[Row]:
    for task in drawing.rule_tasks() if drawing else ():
        table = tables.get(task.properties.get(TABLE, ""))
        if table:
            title = f"{task.name or table.name}: {_plain(table.output)}"
            choices = _choices(field_decided(table))
            yield {"path": f"{task.id}.{table.output}", "title": title, "choices": choices, "always": True}


def _lists(own: Mapping[str, Row]) -> Iterator[Row]:
    """The lists of which each agency may be asked; where our own people may be in one, they are not."""
    for task, form in own.items():
        for row in _asked(task, form, lambda field: kind_of(field) == "agencies" and field.get("x-decision") is True):
            field = form["properties"][row["path"].partition(".")[2]]
            yield {**row, "path": f"agencies_of({row['path']})"} if field.get("x-own-people") else row


def _asked(task: str, form: Row, wanted: Callable[[Row], bool]) -> Iterator[Row]:
    required = form.get("required", ())
    fields: Mapping[str, Row] = form["properties"]
    for name, field in fields.items():
        if wanted(field):
            title = f"{form.get('title', task)}: {field.get('title', _plain(name))}"
            always = name in required and "x-when" not in field
            yield {"path": f"{task}.{name}", "title": title, "choices": _choices(field), "always": always}


def _choices(field: Row) -> list[Row]:
    holder = field.get("items", field)
    if kind_of(field) == "yes_no":
        return list(_YES_NO)
    constants = holder.get("oneOf") or [{"const": value} for value in holder.get("enum", ())]
    return [{"value": one["const"], "title": one.get("title", _plain(str(one["const"])))} for one in constants]


def _carried(drawing: Drawing | None, process: str, messages: Mapping[str, Mapping[str, str]]) -> Iterator[Row]:
    """What a message brings that starts this process or is waited for in it."""
    elements = drawing.elements.values() if drawing else ()
    caught = {one.message for one in elements if one.kind in CATCHES}
    for name, row in messages.items():
        owners = [START] * (row.get("starts") == process) + [name] * (name in caught)
        for owner in owners:
            for field in (row.get("payload") or "").split():
                title = f"{_plain(name)}: {_plain(field)}"
                yield {"path": f"{owner}.{field}", "title": title, "choices": [], "always": False}


def _facts() -> Iterator[Row]:
    for name, meaning in CASE_FACTS.items():
        yield {"path": f"case.{name}", "title": meaning[:1].upper() + meaning[1:], "choices": [], "fact": True}


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
