"""Which answers of a case somebody outside the agency that has it may read, beside those of their own people.

The forms say so (`x-shown-to`, engine/forms/shown_to.py), and the groups that they name stand in roles.toml. What was
answered is shown as the form said on its day, and no wider than the form in force says now: whoever typed it knew who
would read it, and what is narrowed is closed at once. Of a form that was answered again in the same run of its process
the newest answers count.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased

from engine.base.subject import START
from engine.facts.models import in_force, model
from engine.forms.questions import names_in
from engine.forms.schema import Schema
from engine.forms.shown_to import is_shown_to_anybody, shown_to
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.process.role_table import ReaderGroup
from engine.tables import Answers, Instance, NamedRow, Part, models_then


@dataclass(frozen=True, slots=True)
class OutsideReader:
    """Somebody outside, as one case knows them: the organisations that have a part in it, with their agencies. Or
    whoever reads letters: the group of that name.
    """

    organisations: Mapping[str, str]
    letters: str = ""

    @property
    def agencies(self) -> frozenset[str]:
        return frozenset(self.organisations.values())


def reader_in_case(connection: Connection, actor: Actor, case: str) -> OutsideReader:
    """By the parts that the actor's organisations have there now, or in a case that goes on there."""
    partners = actor.partners
    if not partners:
        return OutsideReader({})
    came_from = select(Instance.came_from_id).where(Instance.case_id == case, Instance.came_from_id.is_not(None))
    there = or_(Part.case_id == case, Part.case_id.in_(came_from))
    held = connection.execute(
        select(Part.organisation_id, Part.held_until).where(there, Part.organisation_id.in_(partners))
    )
    having = {row.organisation_id for row in held if _is_held(row.held_until, actor.moment)}
    return OutsideReader({name: agency for name, agency in partners.items() if name in having})


def _is_held(until: datetime | None, moment: datetime | None) -> bool:
    return until is None or (moment is not None and until > moment)


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form of the case that shows somebody something: by question the names of those who may read the answer."""

    process: str
    element: str
    then: Model
    readers: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class ShownAnswers:
    """What one reader is shown of a case. `authority` is the one whose models in force narrow what may be read.

    `condition` finds answers of which something is shown; what of them, `fields_of` alone decides.
    """

    connection: Connection
    reader: OutsideReader
    case: str
    authority: str
    _named: dict[str, Mapping[str, Set[str]]] = field(default_factory=dict[str, Mapping[str, Set[str]]])

    def condition(self, process: str = "", element: str = "", question: str = "") -> ColumnElement[bool]:
        """Of `answers`, joined with `instance`: something of it is shown; or this question of this form is."""
        wanted = (one for one in self._forms if not question or (one.process, one.element) == (process, element))
        return or_(false(), *(self._of_form(one, question) for one in wanted))

    def fields_of(self, rows: Sequence[NamedRow]) -> Mapping[str, frozenset[str]]:
        """By their ids which questions of these answers are shown. Each row has `id`, `process`, `element`,
        `instance_id` and `bundle_hash`.
        """
        if not rows or not self._forms:
            return {}
        self._read_who_is_named({row.instance_id for row in rows})
        return {row.id: self._of_row(row) for row in rows}

    def newest(self) -> Sequence[str]:
        """The ids of the newest answers to each form of which something is shown."""
        if not self._forms:
            return ()
        order = (Answers.at.desc(), Answers.occurrence.desc(), Answers.id)
        number = func.row_number().over(partition_by=(Answers.process, Answers.element), order_by=order)
        numbered = self._joined(Answers.id, number.label("number")).where(self.condition()).subquery()
        return self.connection.scalars(select(numbered.c.id).where(numbered.c.number == 1)).all()

    def _of_row(self, row: NamedRow) -> frozenset[str]:
        of_form = ((row.process, row.element, row.bundle_hash) == _place(one) for one in self._forms)
        form = next((one for one, is_it in zip(self._forms, of_form, strict=True) if is_it), None)
        if form is None:
            return frozenset()
        readers, named = {*self.reader.agencies}, self._named[row.instance_id]
        for group in form.then.groups.values():
            of_letters = group.letters and group.id == self.reader.letters
            is_named = any(named.get(role, set()) & self.reader.agencies for role in group.named_by)
            if of_letters or is_named or self._began(group):
                readers.add(group.id)
        return frozenset(field for field, names in form.readers.items() if names & readers)

    def _of_form(self, form: ShownForm, only: str) -> ColumnElement[bool]:
        fields = {field: names for field, names in form.readers.items() if only in ("", field)}
        names = {name for those in fields.values() for name in those}
        shown = (
            and_(self._is(name, form), or_(*(_has(field) for field, those in fields.items() if name in those)))
            for name in sorted(names)
        )
        later = aliased(Answers)
        again = exists().where(
            *(later.instance_id == Answers.instance_id, later.element == Answers.element),
            later.occurrence > Answers.occurrence,
        )
        its_form = (Answers.process == form.process, Answers.element == form.element)
        return and_(*its_form, models_then(Answers) == form.then.hash, ~again, or_(false(), *shown))

    def _is(self, name: str, form: ShownForm) -> ColumnElement[bool]:
        """Whether the reader is of this name, for an answer to the form."""
        group = form.then.groups.get(name)
        if group is None or not group.named_by:
            return true() if self._is_anywhere(name, group) else false()
        other = aliased(Answers)
        places = (place for place in _naming(form.then, form.process) if place[1] in group.named_by)
        naming = (
            and_(other.element == element, cast(other.answers[field], String).contains(f'"{agency}"', autoescape=True))
            for element, _, field in places
            for agency in sorted(self.reader.agencies)
        )
        return exists().where(other.instance_id == Answers.instance_id, or_(false(), *naming))

    def _is_anywhere(self, name: str, group: ReaderGroup | None) -> bool:
        if group is None:
            return name in self.reader.agencies
        return (group.letters and group.id == self.reader.letters) or self._began(group)

    def _read_who_is_named(self, instances: Set[str]) -> None:
        """By run of a process and role (`x-role`) what was answered to the questions that have it; each run once."""
        new = instances - self._named.keys()
        found = {name: defaultdict[str, set[str]](set) for name in new}
        places = {(form.process, one[0]) for form in self._forms for one in _naming(form.then, form.process)}
        if new and places:
            rows = self._joined(Answers.process, Answers.element, Answers.instance_id, Answers.answers, _THEN)
            naming = tuple_(Answers.process, Answers.element).in_(sorted(places))
            for row in self.connection.execute(rows.where(Answers.instance_id.in_(sorted(new)), naming)):
                for element, role, question in _naming(model(self.connection, row.bundle), row.process):
                    if element == row.element:
                        found[row.instance_id][role] |= {*names_in(row.answers.get(question, ()))}
        self._named.update(found)

    def _began(self, group: ReaderGroup) -> bool:
        """By their own people, who answered its start form; in whichever run."""
        return bool(group.began) and any(group.began in said for said in self._begun)

    @cached_property
    def _begun(self) -> Sequence[Mapping[str, str]]:
        """What the start events say of the processes that the reader's organisations began."""
        own = (Answers.element == START, Answers.organisation_id.in_(sorted(self.reader.organisations)))
        rows = self.connection.execute(self._joined(Answers.process, _THEN).where(*own).distinct()).all()
        return [model(self.connection, row.bundle).start_event(row.process).properties for row in rows]

    @cached_property
    def _forms(self) -> Sequence[ShownForm]:
        if not self.reader.organisations and not self.reader.letters:
            return ()
        kinds = self.connection.execute(self._joined(Answers.process, _THEN).distinct()).all()
        return [form for row in kinds for form in self._shown(model(self.connection, row.bundle), row.process)]

    def _shown(self, then: Model, process: str) -> Iterator[ShownForm]:
        """What the forms of that day show, as far as those in force do."""
        now = in_force(self.connection, self.authority)
        for path, form in then.forms.items():
            place, _, element = path.removeprefix("forms/").removesuffix(".json").partition("/")
            if place == process and is_shown_to_anybody(form):
                narrowed = now.form(process, element) or {"properties": {}}
                readers = {field: readers_now(form, narrowed, field) for field in form["properties"]}
                yield ShownForm(process, element, then, {field: names for field, names in readers.items() if names})

    def _joined(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        of_case = select(*columns).select_from(Answers).join(Instance, Instance.id == Answers.instance_id)
        return of_case.where(Answers.case_id == self.case)


_THEN = models_then(Answers).label("bundle")


def readers_now(then: Schema, now: Schema, field: str) -> frozenset[str]:
    """Who may read the answer to a question: as its form says, and no wider than the form in force does."""
    readers = frozenset(shown_to(then, field))
    return readers & {*shown_to(now, field)} if field in now["properties"] else readers


def _place(form: ShownForm) -> tuple[str, str, str]:
    return form.process, form.element, form.then.hash


def _has(field: str) -> ColumnElement[bool]:
    return Answers.answers[field].as_string().is_not(None)


def _naming(then: Model, process: str) -> Sequence[tuple[str, str, str]]:
    """Task, role and question of those that say who is of a group, in the forms of this process."""
    roles = {role for group in then.groups.values() for role in group.named_by}
    return [
        (path.rpartition("/")[2].removesuffix(".json"), field["x-role"], name)
        for path, form in then.forms.items()
        if path.startswith(f"forms/{process}/")
        for name, field in form.get("properties", {}).items()
        if field.get("x-role") in roles
    ]
