"""Who is around a child, and how to communicate with whom: it holds of the child, in whichever case it was recorded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select, true

from engine.base.errors import AlreadyDone, NotFound, RefusalCode
from engine.facts.child import of_child, own_or
from engine.facts.personal_forms import (
    COMMUNICATION,
    HOUSEHOLD,
    OF_CHILD,
    ONE_AT_A_TIME,
    PERSON,
    RELATIONS,
    RESPONSIBILITY,
    RISK,
    TITLES,
)
from engine.people.identity import Actor
from engine.people.kept_from import nothing_keeps_from
from engine.people.who_knows import knows
from engine.people.who_may import sees_answers_of
from engine.tables import Account, Case, PersonalFact

THE_CHILD = "child"
"""In place of somebody around the child, where a fact is of the child."""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """`by` is the name of whoever recorded it, empty where that was in a case of which the reader does not know.
    `ended_as` is empty while nobody has said that it holds no longer, else what became of it, on `ended_on`.
    """

    id: str
    about: str
    kind: str
    name: str
    said: Mapping[str, Any]
    holds_from: date | None
    holds_until: date | None
    known_on: date
    source: str
    recorded_at: datetime
    by: str
    ended_as: str = ""
    ended_on: date | None = None
    end_source: str = ""
    end_by: str = ""

    @property
    def holds(self) -> bool:
        return not self.ended_as

    @property
    def was_so(self) -> bool:
        return self.ended_as != "wrong"

    @property
    def until(self) -> date | None:
        """The last day, as far as it is known."""
        return self.holds_until or (self.ended_on if self.was_so else None)


@dataclass(frozen=True, slots=True)
class PersonAround:
    """`facts` are all that is known of them, newest first, with those that hold no longer. None of them is of the kind
    `person` where that was recorded in a case that is kept from the reader, or erased: their name stands in the others.
    """

    id: str
    facts: tuple[KnownFact, ...]

    @property
    def name(self) -> str:
        return next((one.name for one in self.facts if one.kind == PERSON and one.was_so), self.facts[0].name)

    @property
    def who(self) -> KnownFact | None:
        """Who they are or, after an end, were."""
        theirs = [one for one in self.facts if one.kind == PERSON]
        return next((one for one in theirs if one.holds), next((one for one in theirs if one.was_so), None))

    @property
    def relation(self) -> str:
        return self.who.said.get("relation", "") if self.who else ""

    @property
    def is_around(self) -> bool:
        """Nobody has said that they are not around the child any more."""
        return self.who is None or self.who.holds

    @property
    def has_died(self) -> bool:
        return self.who is not None and self.who.ended_as == "died"

    def that_hold(self, kind: str) -> tuple[KnownFact, ...]:
        return tuple(one for one in self.facts if one.kind == kind and one.holds)

    def newest(self, kind: str) -> KnownFact | None:
        return next(iter(self.that_hold(kind)), None)

    def lives(self, on: date) -> str:
        """Whether they live with the child, by what began last of what holds on the day; empty where nobody said."""
        theirs = [one for one in self.that_hold(HOUSEHOLD) if one.holds_until is None or one.holds_until >= on]
        newest = max(theirs, key=lambda one: (one.holds_from or date.min, one.recorded_at), default=None)
        return newest.said["lives"] if newest else ""

    @property
    def responsibility(self) -> str:
        said = self.newest(RESPONSIBILITY)
        return said.said["responsibility"] if said else ""

    @property
    def risks(self) -> tuple[KnownFact, ...]:
        """That somebody is or may be a risk: not that they were found to be none."""
        return tuple(one for one in self.that_hold(RISK) if one.said["risk"] != "none_found")


def facts_around(connection: Connection, actor: Actor, case: str) -> tuple[KnownFact, ...]:
    """Newest first, with those that hold no longer; of all cases of the child but those that are kept from the actor,
    who knows of this one. For who sees all answers: nobody else is told any.
    """
    if not sees_answers_of(actor, None):
        return ()
    this = Case.id == case
    return _read(connection, case, own_or(this, knows(actor)), own_or(this, nothing_keeps_from(actor.account)))


def all_facts_around(connection: Connection, case: str) -> tuple[KnownFact, ...]:
    """As `facts_around`, for nobody in particular: of all cases of the child."""
    return _read(connection, case, true(), true())


def _read(
    connection: Connection, case: str, known: ColumnElement[bool], told: ColumnElement[bool]
) -> tuple[KnownFact, ...]:
    """`known` and `told` are conditions on `case`: that it is known by whom its facts were recorded, and that they are
    told.
    """
    rows = connection.execute(_facts(case, known, told)).all()
    ends = {row.ends_id: row for row in reversed(rows) if row.ends_id}
    return tuple(_fact(row, ends.get(row.id)) for row in rows if not row.only_ends)


def people_in(facts: Iterable[KnownFact]) -> tuple[PersonAround, ...]:
    """In the order of RELATIONS, of each whoever was named first. Who was never around the child is nobody."""
    by_person: dict[str, list[KnownFact]] = {}
    for one in facts:
        if one.about != THE_CHILD:
            by_person.setdefault(one.about, []).append(one)
    found = [PersonAround(about, tuple(theirs)) for about, theirs in by_person.items()]
    return tuple(sorted((one for one in found if _is_somebody(one)), key=_in_order))


def _in_order(person: PersonAround) -> tuple[int, datetime, str]:
    relations = (*RELATIONS, "")
    place = relations.index(person.relation) if person.relation in relations else len(relations)
    return place, person.facts[-1].recorded_at, person.name


def _is_somebody(person: PersonAround) -> bool:
    of_who = [one for one in person.facts if one.kind == PERSON]
    return not of_who or any(one.was_so for one in of_who)


def needs_in(facts: Iterable[KnownFact]) -> tuple[KnownFact, ...]:
    """How to communicate: with the child first."""
    theirs = [one for one in facts if one.kind == COMMUNICATION and one.holds]
    return tuple(sorted(theirs, key=lambda one: (one.about != THE_CHILD, one.name.casefold())))


def fact_that_holds(connection: Connection, actor: Actor, case: str, fact: str) -> KnownFact:
    """Raises NotFound where the actor is told of no such fact, and AlreadyDone where it holds no longer."""
    found = next((one for one in facts_around(connection, actor, case) if one.id == fact), None)
    if found is None:
        raise NotFound
    if not found.holds:
        raise AlreadyDone("This holds no longer.", code=RefusalCode.FACT_OVER)
    return found


def whose_name(facts: Iterable[KnownFact], about: str) -> str:
    """What somebody around the child is called, empty for the child. Raises NotFound for nobody of whom is known."""
    if about == THE_CHILD:
        return ""
    for one in people_in(facts):
        if one.id == about:
            return one.name
    raise NotFound


def may_be_recorded(facts: tuple[KnownFact, ...], about: str, kind: str) -> None:
    """Raises NotFound where nothing of the kind is kept of them, AlreadyDone where one holds and no other may."""
    if kind not in (OF_CHILD if about == THE_CHILD else TITLES) or kind == PERSON:
        raise NotFound
    whose_name(facts, about)
    if kind in ONE_AT_A_TIME and any(one.holds for one in facts if (one.about, one.kind) == (about, kind)):
        raise AlreadyDone("This is recorded already. Change what is recorded.", code=RefusalCode.FACT_KNOWN)


def _facts(case: str, known: ColumnElement[bool], told: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(PersonalFact.__table__, Account.name.label("by"), known.label("known"))
        .join(Case, Case.id == PersonalFact.case_id)
        .outerjoin(Account, Account.id == PersonalFact.account_id)
        .where(of_child(select(Case.id).where(Case.id == case)), told)
        .order_by(PersonalFact.recorded_at.desc(), PersonalFact.id.desc())
    )


def _fact(row: Row[*tuple[Any, ...]], end: Row[*tuple[Any, ...]] | None) -> KnownFact:
    return KnownFact(
        id=row.id,
        about=row.about,
        kind=row.kind,
        name=row.name,
        said=row.said,
        holds_from=row.holds_from,
        holds_until=row.holds_until,
        known_on=row.known_on,
        source=row.source,
        recorded_at=row.recorded_at,
        by=_by(row),
        ended_as=end.ended_as if end else "",
        ended_on=_ended_on(end) if end else None,
        end_source=end.source if end else "",
        end_by=_by(end) if end else "",
    )


def _ended_on(end: Row[*tuple[Any, ...]]) -> date | None:
    """Of what another took the place of: the day from which that holds or, where nobody knows it, is known."""
    if end.ended_as == "wrong":
        return None
    return end.ended_on or end.holds_from or end.known_on


def _by(row: Row[*tuple[Any, ...]]) -> str:
    return (row.by or "") if row.known else ""


def described(facts: Iterable[KnownFact]) -> Iterator[tuple[str, str]]:
    """By `whose.question`, what holds, whatever somebody was called when it was recorded: for what a story expects."""
    kept = (*facts,)
    names = {one.id: one.name for one in people_in(kept)}
    for one in reversed(kept):
        if one.holds:
            whose = names.get(one.about, THE_CHILD)
            yield from ((f"{whose}.{name}", str(value)) for name, value in one.said.items())
