"""A bundle read into a model: the drawings, forms, clocks, roles and messages that belong together.

A bundle is addressed by its hash and never changes, so a model is read once and shared by every case that runs on it.
"""

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

import orjson

from engine.base.errors import BadModel, Problem
from engine.base.subject import START
from engine.forms import Choice, questions
from engine.forms.answer_roles import field_with_role
from engine.forms.marked import marked
from engine.forms.offering import Choices
from engine.forms.questions import Question
from engine.forms.schema import conditions_of
from engine.process.drawing import Drawing, Element, read_drawing
from engine.process.duty_table import DUTIES, Duty, parse_duties
from engine.process.renames import NO_RENAMES, RENAMES, BundleRenames, read_renames
from engine.process.role_table import ANY_AGENCY, ROLES, AgencyKind, ReaderGroup, Role, read_roles
from engine.process.rule_tasks import with_all_tables
from engine.process.specifications import Specification, specify
from engine.timescales.rules import Clock, Event, Happening
from engine.timescales.timescale_table import parse_timescales, read_events

MESSAGES = "processes/messages.csv"
TIMESCALES = "processes/timescales.csv"
EDITION = "processes/edition.toml"
_NO_ROWS: Choices = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Message:
    """A row of messages.csv. `starts` is empty where the message starts no process; `payload` names its fields.

    `if_one_runs` is `start` or `join`; a running instance is joined only until one of the events of `until` has
    happened in it. `in_plan` is what happens while a protection plan is in force: `refuse`, `drop` or nothing.
    `effects` are names of EFFECTS_VOCABULARY; `alerts` the role that is told, in `alert_words`. `news` is what the
    other cases of the child, which it reaches, say of it.
    """

    name: str
    starts: str
    if_one_runs: str
    until: tuple[Event, ...]
    in_plan: str
    payload: tuple[str, ...]
    effects: tuple[str, ...] = ()
    alerts: str = ""
    alert_words: str = ""
    news: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which guidance this is, and the names that people see in it."""

    name: str
    in_force: date
    words: Mapping[str, str]


@dataclass(frozen=True)
class Model:
    """Everything that a running case needs of its bundle; immutable and shared between threads."""

    hash: str
    drawings: Mapping[str, Drawing]
    forms: Mapping[str, Mapping[str, Any]]
    rules: Mapping[str, Clock]
    roles: Mapping[str, Role]
    agencies: Mapping[str, AgencyKind]
    messages: Mapping[str, Message]
    edition: Edition
    duties: Mapping[str, Duty]
    specifications: Mapping[str, Specification] = field(repr=False)
    renames: BundleRenames = field(default=NO_RENAMES)
    groups: Mapping[str, ReaderGroup] = field(default_factory=dict[str, ReaderGroup])

    @cached_property
    def _clocks_by_event(self) -> Mapping[tuple[Happening, str, str], tuple[Clock, ...]]:
        found: dict[tuple[Happening, str, str], dict[str, Clock]] = {}
        for clock in self.rules.values():
            for event in (*clock.met_on, *clock.stopped_on, *clock.starts_on):
                found.setdefault((event.happening, event.process, event.task), {})[clock.id] = clock
        return {event: tuple(clocks.values()) for event, clocks in found.items()}

    def clocks_for(self, happening: Happening, of: str, task: str = "") -> tuple[Clock, ...]:
        """Those that name such an event, in the order of the table; `task` is empty but for `completed`.

        `of` is a process, or the message that was thrown, or the clock that was set or passed.
        """
        return self._clocks_by_event.get((happening, of, task), ())

    @cached_property
    def clocks_of_seeing(self) -> frozenset[str]:
        """Those that run until the child was seen: a task meets them whose form asks for it (role `child_seen`)."""
        events = ((clock.id, event) for clock in self.rules.values() for event in clock.met_on)
        forms = ((clock, self.form(event.process, event.task)) for clock, event in events)
        return frozenset(clock for clock, form in forms if form and field_with_role(form, "child_seen"))

    def start_event(self, process: str) -> Element:
        """Raises StopIteration where the drawing has none, which the linter refuses."""
        return next(one for one in self.drawings[process].elements.values() if one.kind == "startEvent")

    def starting_with(self, name: str) -> Iterator[str]:
        """The processes of which the start event has this property (PROPERTIES_VOCABULARY)."""
        return (process for process in self.drawings if name in self.start_event(process).properties)

    def roles_with(self, flag: str) -> frozenset[str]:
        """The ids of the roles that have a flag of ROLE_FLAGS."""
        return frozenset(role.id for role in self.roles.values() if flag in role.flags)

    @cached_property
    def leading_agency(self) -> str:
        """The agency that has the cases. Raises StopIteration where the bundle has none, which the linter refuses."""
        return next(one.id for one in self.agencies.values() if one.leads)

    @cached_property
    def agencies_to_ask(self) -> frozenset[str]:
        """Those that can be invited, or asked for something: the leading agency is none of its own partners."""
        return _asked(self.agencies)

    def form(self, process: str, task: str) -> Mapping[str, Any] | None:
        """The form of a user task, or of the start of a process (`start`); None where there is none."""
        return self.forms.get(f"forms/{process}/{task}.json")

    @cached_property
    def marked(self) -> Mapping[str, frozenset[tuple[str, str]]]:
        """By each keyword of a question (`x-outcome` and so on) the forms that have such a question: process, task."""
        return marked(self.forms)

    def every_question(self, process: str, task: str, rows: Choices = _NO_ROWS) -> tuple[Question, ...]:
        """Whatever the form may ask, in whichever circumstances. A list with fixed rows is among them where `rows`
        names its rows: only the case knows those. Without rows the questions are made once for each form.
        """
        if not rows and (process, task) in self._every_question:
            return self._every_question[process, task]
        form = self.form(process, task) or {}
        found = questions(form, conditions_of(form), {"agencies": self.who_may_be_named, **rows})
        if not rows and self.form(process, task) is not None:  # so that there is one for each form and no more
            self._every_question[process, task] = found
        return found

    @cached_property
    def who_may_be_named(self) -> tuple[Choice, ...]:
        """Where a form asks for agencies; social care's own people stand among them by their roles."""
        return tuple(Choice(each.id, each.name) for each in (*self.agencies.values(), *self.roles.values()))

    @cached_property
    def _every_question(self) -> dict[tuple[str, str], tuple[Question, ...]]:
        return {}

    def title(self, process: str, element: str) -> str:
        """What people read on the shape."""
        return self.drawings[process].name if element == START else self.drawings[process].elements[element].name


def bundle_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over every path and the SHA-256 of its content, in order of path: 64 hexadecimal characters."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return digest.hexdigest()


def read_bundle(files: Mapping[str, bytes], *, runs: bool = True) -> Model:
    """Raises BadModel where a file is missing or cannot be read. Not `runs`: as drawn, with nothing to run by yet."""
    if missing := [path for path in (MESSAGES, TIMESCALES, ROLES, EDITION) if path not in files]:
        raise BadModel(Problem(path, "", 0, "this file is missing from the bundle") for path in missing)
    table = read_roles(files[ROLES])
    named = {**{role.id: role.name for role in table.roles.values()}, ANY_AGENCY[0]: ANY_AGENCY[1]}
    read = (read_drawing(files[path], path) for path in sorted(files) if path.endswith(".bpmn"))
    called = (replace(one, lanes={lane: named.get(lane, name) for lane, name in one.lanes.items()}) for one in read)
    drawings = with_all_tables(called, files)
    return Model(
        hash=bundle_hash(files),
        drawings={drawing.process: drawing for drawing in drawings},
        forms={path: _form(files[path], path) for path in sorted(files) if path.startswith("forms/")},
        rules=parse_timescales(files[TIMESCALES], TIMESCALES),
        roles=table.roles,
        agencies=table.agencies,
        groups=table.groups,
        messages=_messages(files[MESSAGES]),
        edition=_edition(files[EDITION]),
        duties=_duties(files.get(DUTIES, b"")),
        renames=read_renames(files.get(RENAMES, b"")),
        specifications={one.process: specify(files[one.file], one, _asked(table.agencies)) for one in drawings if runs},
    )


def _asked(agencies: Mapping[str, AgencyKind]) -> frozenset[str]:
    return frozenset(one.id for one in agencies.values() if not one.leads)


def _duties(content: bytes) -> dict[str, Duty]:
    try:
        return parse_duties(content)
    except (KeyError, ValueError) as error:
        raise BadModel([Problem(DUTIES, "", 0, f"this is no table of duties: {error}")]) from None


def _form(content: bytes, path: str) -> Mapping[str, Any]:
    try:
        return {**orjson.loads(content)}
    except orjson.JSONDecodeError as error:
        raise BadModel([Problem(path, "", error.lineno, f"this is not JSON: {error.msg}")]) from None
    except TypeError:
        raise BadModel([Problem(path, "", 1, "a form is an object: begin it with {")]) from None


def _toml(content: bytes, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadModel([Problem(path, "", 0, f"it cannot be read as it is written: {error}")]) from None


def _edition(content: bytes) -> Edition:
    table = _toml(content, EDITION)
    try:
        return Edition(table["name"], table["in_force"], table.get("words", {}))
    except KeyError as error:
        raise BadModel([Problem(EDITION, "", 0, f"{error} is missing")]) from None


def _messages(content: bytes) -> dict[str, Message]:
    try:
        return {row["message"]: _message(row) for row in csv.DictReader(io.StringIO(content.decode("utf-8")))}
    except UnicodeDecodeError as error:
        raise BadModel([Problem(MESSAGES, "", 0, f"this is not UTF-8 text: {error.reason}")]) from None
    except (KeyError, AttributeError, TypeError):
        wanted = "message, thrown_by, starts, if_one_runs, until, in_plan, payload"
        raise BadModel([Problem(MESSAGES, "", 1, f"every row needs the columns {wanted}")]) from None
    except ValueError as error:
        raise BadModel([Problem(MESSAGES, "", 1, str(error))]) from None


def _message(row: Mapping[str, str]) -> Message:
    return Message(
        name=row["message"],
        starts=row["starts"],
        if_one_runs=row["if_one_runs"],
        until=read_events(row["until"]),
        in_plan=row["in_plan"],
        payload=tuple(row["payload"].split()),
        effects=tuple((row.get("effect") or "").split()),
        alerts=row.get("alerts") or "",
        alert_words=row.get("alert_words") or "",
        news=row.get("news") or "",
    )
