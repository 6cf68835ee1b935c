"""What was answered in a case before, as far as the reader may see it: of an old case no more is read than of a young
one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, String, and_, cast, false, or_, select, true

from engine.facts.beginnings import says
from engine.facts.models import model
from engine.facts.shown_answers import OutsideReader, ShownAnswers, reader_in_case
from engine.people.identity import Actor
from engine.people.shown_names import shown_name
from engine.people.who_knows import sees_work
from engine.people.who_may import sees_answers_of
from engine.people.whose_tasks import for_own_organisation
from engine.process.bundle import START
from engine.reads.case.answered import Given, form_title
from engine.reads.case.case_facts import ProcessRun
from engine.reads.case.done_for import absent_names, acted_then, acting
from engine.reads.list_page import ListPart, Wanted, counted, listed
from engine.tables import Account, Answers, Instance, NamedRow, WorkItem, models_then

_NEWEST_FIRST = (Answers.at.desc(), Answers.occurrence.desc(), Answers.id)
_NOTHING = "{}"


@dataclass(frozen=True)
class EarlierAnswers:
    """Newest first; without forms left empty, and without those of agencies that are not for this reader. Of those of
    others a partner has the questions that the forms show them (`ShownAnswers`), and no more.

    What was said in a disagreement is for both sides, and for whoever resolves it. `letters`: as the group of this name
    reads it in what is written to them.
    """

    connection: Connection
    actor: Actor
    case: str
    letters: str = ""

    def part(self, wanted: Wanted) -> ListPart[Given]:
        found = listed(self.connection, self._statement.order_by(*_NEWEST_FIRST), wanted)
        return found.showing(self._given(found.rows))

    def with_which_began(self, most: int) -> tuple[tuple[Given, ...], int]:
        """Of those to the forms that start a process no more than `most`, and how many there are."""
        began = self._statement.where(Answers.element == START).order_by(*_NEWEST_FIRST)
        rows, total = counted(self.connection, began, 0, most)
        return tuple(self._given(rows)), total

    def those(self, *conditions: ColumnElement[bool], most: int | None = None) -> tuple[Given, ...]:
        """For which these conditions on `answers` and `instance` hold."""
        statement = self._statement.where(*conditions).order_by(*_NEWEST_FIRST).limit(most)
        return tuple(self._given(self.connection.execute(statement).all()))

    def for_places(self, places: Iterable[str]) -> tuple[Given, ...]:
        """Those that `latest` asks for to find what was answered at each of these places of a form's `x-prefill`: the
        newest, and all to these forms where a process of the case has been joined with another.
        """
        wanted = [self._answered_at(place) for place in places]
        if not wanted:
            return ()
        newest = or_(*(Answers.id == self._newest_id(one) for one in wanted))
        joined = select(Instance.id).where(Instance.case_id == self.case, Instance.status == "joined").correlate(None)
        return self.those(or_(newest, and_(joined.exists(), or_(*wanted))))

    def outcomes_of(self, runs: Sequence[ProcessRun]) -> tuple[Given, ...]:
        """In these, the answers to the forms that have an outcome."""
        decided = {one.id: _deciding(one) for one in runs}
        of_them = (
            and_(Answers.instance_id == run, Answers.element.in_(forms)) for run, forms in decided.items() if forms
        )
        conditions = [*of_them]
        return self.those(or_(*conditions)) if conditions else ()

    def shown_by_forms(self) -> tuple[Given, ...]:
        """What the forms show this reader: the newest of each, and of it the questions that are shown alone."""
        newest = self.shown.newest()
        if not newest:
            return ()
        rows = self.connection.execute(self._statement.where(Answers.id.in_(newest)).order_by(*_NEWEST_FIRST)).all()
        fields = self.shown.fields_of(rows)
        return tuple(
            replace(one, answers=_only(one.answers, fields[one.id]), is_whole=False, mine=False)
            for one in self._given(rows)
        )

    def _newest_id(self, condition: ColumnElement[bool]) -> ScalarSelect[str]:
        of_case = select(Answers.id).join(Instance, Instance.id == Answers.instance_id)
        newest = of_case.where(*self._visible, condition).order_by(*_NEWEST_FIRST).limit(1)
        return newest.correlate(None).scalar_subquery()

    def _answered_at(self, places: str) -> ColumnElement[bool]:
        """Of `answers`: it answers at one of the places `process.task.field`, and the reader may read that answer."""
        fields = (place.split(".") for place in places.split())
        return or_(
            *(
                _is_form(process, element) & has(field) & self._reads(process, element, field)
                for process, element, field in fields
            )
        )

    def _reads(self, process: str, element: str, field: str) -> ColumnElement[bool]:
        return true() if self._whole_case else or_(self._whole, self.shown.condition(process, element, field))

    @property
    def _whole_case(self) -> bool:
        return not self.letters and sees_answers_of(self.actor, None)

    @property
    def _statement(self) -> Select[*tuple[Any, ...]]:
        return (
            select(
                *(Answers.process, Answers.element, Answers.at, Answers.answers, Answers.instance_id),
                *(shown_name(self.actor).label("name"), Instance.ended_at, Instance.status, Answers.id),
                Answers.account_id,
                *(models_then(Answers).label("bundle_hash"), self._whole.label("is_whole")),
                *(Answers.case_id, Instance.came_from_id, acted_then().label("acted")),
            )
            .join(Instance, Instance.id == Answers.instance_id)
            .outerjoin(Account, Account.id == Answers.account_id)
            .where(*self._visible)
        )

    @cached_property
    def _visible(self) -> tuple[ColumnElement[bool], ...]:
        answered = cast(Answers.answers, String) != _NOTHING
        known = (Answers.case_id == self.case, answered, sees_work(self.actor))
        return known if self._whole_case else (*known, or_(self._whole, self.shown.condition()))

    @cached_property
    def shown(self) -> ShownAnswers:
        """What the reader is shown of the answers of others; nothing where all is theirs to read."""
        reader = OutsideReader({}, self.letters)
        if not self.letters and not self._whole_case:
            reader = reader_in_case(self.connection, self.actor, self.case)
        return ShownAnswers(self.connection, reader, self.case, self.actor.authority or "")

    @cached_property
    def _whole(self) -> ColumnElement[bool]:
        """Of `answers`: the reader sees all of them."""
        if self.letters or self._whole_case:
            return true() if self._whole_case else false()
        own = Answers.organisation_id.in_(self.actor.organisations)
        return or_(own, and_(self._is_seen_by_those_involved(), Answers.instance_id.in_(self._involved())))

    def _is_seen_by_those_involved(self) -> ColumnElement[bool]:
        """Of `instance`: its process says so of its answers."""
        kinds = select(Instance.process, Instance.bundle_hash).where(Instance.case_id == self.case).distinct()
        found = (
            and_(Instance.process == row.process, Instance.bundle_hash == row.bundle_hash)
            for row in self.connection.execute(kinds).all()
            if says(model(self.connection, row.bundle_hash), row.process, "seen_by_those_involved")
        )
        return or_(false(), *found)

    def _involved(self) -> Select[str]:
        """The instances in which this reader, or the reader's agency, has had something to do."""
        of_role = and_(WorkItem.agency_id.is_(None), WorkItem.role.in_(self.actor.roles))
        theirs = or_(WorkItem.agency_id.in_(self.actor.agencies), of_role)
        return select(WorkItem.instance_id).where(
            WorkItem.case_id == self.case, theirs, for_own_organisation(self.actor)
        )

    def _given(self, rows: Iterable[NamedRow]) -> Iterator[Given]:
        those = [*rows]
        fields = self.shown.fields_of([row for row in those if not row.is_whole])
        away = absent_names(self.connection, self.actor, [row for row in those if row.acted])
        for row in those:
            its_model = model(self.connection, row.bundle_hash)
            yield Given(
                process=row.process,
                process_name=its_model.drawings[row.process].name,
                element=row.element,
                title=form_title(its_model, row.process, row.element),
                at=row.at,
                by=acting(row.name or "", away.get(row.id, "")),
                answers=row.answers if row.is_whole else _only(row.answers, fields[row.id]),
                is_whole=bool(row.is_whole),
                id=row.id,
                bundle=row.bundle_hash,
                instance=row.instance_id,
                ended_at=row.ended_at,
                went_on=row.status == "joined",
                mine=bool(row.is_whole) and row.account_id is not None and row.account_id == self.actor.account,
            )


def _only(answers: Mapping[str, Any], fields: frozenset[str]) -> Mapping[str, Any]:
    return {field: answer for field, answer in answers.items() if field in fields}


def _is_form(process: str, element: str) -> ColumnElement[bool]:
    return and_(Answers.process == process, Answers.element == element)


def has(field: str) -> ColumnElement[bool]:
    """Of `answers`: this field was answered."""
    return Answers.answers[field].as_string().is_not(None)


def _deciding(run: ProcessRun) -> frozenset[str]:
    return frozenset(element for process, element in run.model.marked.get("x-outcome", ()) if process == run.process)
