"""Which answers of a case somebody outside the agency that has it may read, beside those of their own people.

The forms say so (`x-shown-to`, engine/forms/shown_to.py), and the groups that they name stand in roles.toml. What was
answered is shown as the form said on its day, and no wider than the form in force says now: whoever typed it knew who
would read it, and what is narrowed is closed at once. Of a form that was answered again in the same run of its process
the newest answers count.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, or_, select, tuple_

from engine.base.subject import START
from engine.facts.models import in_force, model
from engine.forms.answer_roles import fields_with_role
from engine.forms.questions import names_in
from engine.forms.shown_to import fields_shown, is_shown_to_anybody
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


@dataclass(frozen=True)
class ShownAnswers:
    """`visible` are conditions on `answers`, joined with `instance`: of which answers the reader may know at all.
    `authority` is the one whose models in force narrow what may be read.
    """

    connection: Connection
    reader: OutsideReader
    case: str
    authority: str
    visible: tuple[ColumnElement[bool], ...]

    @cached_property
    def fields(self) -> Mapping[str, frozenset[str]]:
        """By the id of answers the questions whose answers the reader may read; none that has none of these."""
        if not self.reader.organisations and not self.reader.letters:
            return {}
        rows = self._rows
        newest = {(row.instance_id, row.element): row.id for row in rows}
        found = {row.id: self._of(row, rows) & {*row.answers} for row in rows if row.id in {*newest.values()}}
        return {name: fields for name, fields in found.items() if fields}

    def having(self, field: str) -> list[str]:
        """The ids of the answers of which this question is read."""
        return [name for name, fields in self.fields.items() if field in fields]

    def _of(self, row: NamedRow, rows: Sequence[NamedRow]) -> frozenset[str]:
        then = model(self.connection, row.bundle)
        form = then.form(row.process, row.element) or {}
        if not is_shown_to_anybody(form):
            return frozenset()
        readers = {*self.reader.agencies, *self._groups(then, row, rows)}
        now = self._in_force.form(row.process, row.element)
        narrowed = fields_shown(now, readers) | (form["properties"].keys() - now["properties"].keys()) if now else None
        shown = fields_shown(form, readers)
        return shown if narrowed is None else shown & narrowed

    @cached_property
    def _in_force(self) -> Model:
        return in_force(self.connection, self.authority)

    def _groups(self, then: Model, row: NamedRow, rows: Sequence[NamedRow]) -> Iterator[str]:
        for group in then.groups.values():
            of_letters = group.letters and group.id == self.reader.letters
            named = any(self._named[row.instance_id, role] & self.reader.agencies for role in group.named_by)
            if of_letters or named or self._began(group, rows):
                yield group.id

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], Set[str]]:
        """By run of a process and role (`x-role`) what was answered to the questions that have it."""
        found = defaultdict[tuple[str, str], set[str]](set)
        for row in self._rows:
            then = model(self.connection, row.bundle)
            form = then.form(row.process, row.element) or {}
            for role in _naming(then):
                for field in fields_with_role(form, role):
                    found[row.instance_id, role] |= {*names_in(row.answers.get(field, ()))}
        return found

    def _began(self, group: ReaderGroup, rows: Sequence[NamedRow]) -> bool:
        """In whichever run: by their own people, who answered its start form."""
        if not group.began:
            return False
        own = (one for one in rows if one.element == START and one.organisation_id in self.reader.organisations)
        return any(says_it(model(self.connection, one.bundle), one.process, group.began) for one in own)

    @cached_property
    def _rows(self) -> Sequence[NamedRow]:
        """The answers to the forms that are shown to somebody, or that say who is of a group; oldest first."""
        then = models_then(Answers).label("bundle")
        of_case = (*self.visible, Answers.case_id == self.case)
        joined = select(Answers.process, then).join(Instance, Instance.id == Answers.instance_id).where(*of_case)
        kinds = self.connection.execute(joined.distinct()).all()
        places = {place for row in kinds for place in _places(model(self.connection, row.bundle), row.process)}
        if not places:
            return ()
        columns = (Answers.id, Answers.element, Answers.instance_id, Answers.answers, Answers.organisation_id)
        wanted = joined.add_columns(*columns).where(tuple_(Answers.process, Answers.element).in_(sorted(places)))
        return self.connection.execute(wanted.order_by(Answers.at, Answers.occurrence, Answers.id.desc())).all()


def says_it(then: Model, process: str, name: str) -> bool:
    return process in then.drawings and name in then.start_event(process).properties


def _naming(then: Model) -> frozenset[str]:
    return frozenset(role for group in then.groups.values() for role in group.named_by)


def _places(then: Model, process: str) -> Iterator[tuple[str, str]]:
    """Process and task of the forms of this process that matter here."""
    if not then.groups:
        return
    naming = _naming(then)
    for path, form in then.forms.items():
        place, _, task = path.removeprefix("forms/").removesuffix(".json").partition("/")
        if place != process:
            continue
        names = any(field.get("x-role") in naming for field in form.get("properties", {}).values())
        if names or is_shown_to_anybody(form) or task == START:
            yield place, task
