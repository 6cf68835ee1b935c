"""Who is around a child: each person with what holds of them and what held before, who lived with the child when, and
how to communicate with whom. In every case of the child.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.facts.models import in_force
from engine.facts.people_around import THE_CHILD, KnownFact, PersonAround, facts_around, needs_in, people_in
from engine.facts.personal_forms import (
    BLOOD_IN_SHORT,
    HOUSEHOLD,
    KINDS_OF_PERSON,
    LIVES,
    ONE_AT_A_TIME,
    PERSON,
    RELATIONS,
    RISK,
    RISKS,
    SIDES_IN_SHORT,
    TITLES,
    YES_NO,
    fact_form,
)
from engine.people.identity import Actor
from engine.people.who_knows import must_see_all
from engine.reads.case.case_bar import CaseBar, case_bar
from engine.reads.case.children_of_family import ChildOfFamily, how_others_stand
from engine.reads.case.genogram import Genogram, drawn
from engine.reads.case.life_page import LifeEvent, life_events
from engine.reads.case.who_has_part import PartView, parts
from engine.tables import Account, Case
from engine.timescales.calendar import day_of

FIRST_ALONE = (PERSON, RISK)
NOT_SAID = "Not recorded"
NOT_PRINTED = ("name",)
"""What stands above the answers already."""


@dataclass(frozen=True, slots=True)
class FactView:
    """`said` is each question with its answer in words. `first_alone`: the first answer says enough without it."""

    fact: KnownFact
    title: str
    said: tuple[tuple[str, str], ...]
    first_alone: bool


@dataclass(frozen=True, slots=True)
class PersonInShort:
    """A row of the table, in words."""

    relation: str
    responsibility: str
    lives: str
    risk: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """`relation` is in words, `holding` are the facts that hold, `over` those that hold no longer, or never did.
    `to_record` are the kinds of fact that may be recorded of them, by title.
    """

    person: PersonAround
    relation: str
    holding: tuple[FactView, ...]
    over: tuple[FactView, ...]
    to_record: Mapping[str, str]
    in_short: PersonInShort


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """That somebody lived with the child, all or some of the time, from one day until another as far as is known."""

    name: str
    relation: str
    part_of_time: bool
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class NeedView:
    """How to communicate with the child, whose `name` is empty, or with somebody around the child. `group` is one of
    those with whom a form may say that it makes contact.
    """

    name: str
    relation: str
    group: str
    said: FactView


@dataclass(frozen=True, slots=True)
class AroundPage:
    """`gone` are not around the child any more. `changes` is what holds of the child since it changed: address, carer,
    school, legal status. `others` are the other children who were referred together, `parts` who has a part in the
    case, `lead` the lead social worker; none of these is kept here. `may_record`: the reader works in the case.
    """

    case: str
    bar: CaseBar
    people: tuple[PersonView, ...]
    gone: tuple[PersonView, ...]
    needs_of_child: tuple[FactView, ...]
    needs_before: tuple[FactView, ...]
    households: tuple[HouseholdRow, ...]
    genogram: Genogram
    changes: tuple[LifeEvent, ...]
    others: tuple[ChildOfFamily, ...]
    parts: tuple[PartView, ...]
    lead: str
    may_record: bool

    @property
    def cases_shown(self) -> tuple[str, ...]:
        named = (*(one.case for one in self.others), *(one.case for one in self.changes))
        return tuple(dict.fromkeys((*self.bar.cases_shown, *named)))


def around_page(connection: Connection, actor: Actor, now: datetime, case: str) -> AroundPage:
    """Raises NotFound, NotAllowed for who does not see all answers of the case."""
    must_see_all(connection, actor, case)
    bar, today = case_bar(connection, actor, now, case), day_of(now)
    facts = facts_around(connection, actor, case)
    people = people_in(facts)
    views = [_person(one, today) for one in people]
    of_child = [one for one in facts if one.about == THE_CHILD]
    columns = (Case.id, Case.team_id, Case.lead_account_id, Case.closed_at, Account.name.label("lead"))
    row = connection.execute(
        select(*columns).outerjoin(Account, Account.id == Case.lead_account_id).where(Case.id == case)
    ).one()
    return AroundPage(
        case=case,
        bar=bar,
        people=tuple(one for one in views if one.person.is_around),
        gone=tuple(one for one in views if not one.person.is_around),
        needs_of_child=tuple(fact_view(one) for one in of_child if one.holds),
        needs_before=tuple(fact_view(one) for one in of_child if not one.holds),
        households=tuple(_households(people)),
        genogram=drawn(bar.child.name, people, today),
        changes=tuple(one for one in life_events(connection, actor, case) if one.holds and one.what),
        others=how_others_stand(connection, actor, now, case),
        parts=parts(connection, actor, now, in_force(connection, actor.within), row).held,
        lead=row.lead or "",
        may_record=not actor.in_oversight and not bar.is_joined,
    )


def needs_to_know(connection: Connection, actor: Actor, case: str) -> tuple[NeedView, ...]:
    """How to communicate with whom, before somebody makes contact: the child first, and who is still around."""
    facts = facts_around(connection, actor, case)
    around = {one.id: one for one in people_in(facts) if one.is_around}
    return tuple(
        NeedView("", "", "child", fact_view(one)) if one.about == THE_CHILD else _need(around[one.about], one)
        for one in needs_in(facts)
        if one.about == THE_CHILD or one.about in around
    )


def _need(person: PersonAround, said: KnownFact) -> NeedView:
    group = "professionals" if person.relation == "professional" else "family"
    return NeedView(person.name, _relation(person), group, fact_view(said))


def fact_view(fact: KnownFact) -> FactView:
    return FactView(fact, TITLES[fact.kind], tuple(_in_words(fact)), fact.kind in FIRST_ALONE)


def _in_words(fact: KnownFact) -> Iterator[tuple[str, str]]:
    for name, field in fact_form(fact.kind)["properties"].items():
        value = fact.said.get(name, "")
        if value and name not in NOT_PRINTED:
            chosen = {one["const"]: one["title"] for one in field.get("oneOf", ())}
            yield field["title"], chosen.get(value, value) if field.get("format") != "date" else _day(value)


def _day(said: str) -> str:
    day = date.fromisoformat(said)
    return f"{day.day} {day:%B %Y}"


def _person(person: PersonAround, today: date) -> PersonView:
    views = [fact_view(one) for one in sorted(person.facts, key=lambda one: KINDS_OF_PERSON.index(one.kind))]
    has = {one.kind for one in person.facts if one.holds}
    to_record = {kind: TITLES[kind] for kind in KINDS_OF_PERSON[1:] if kind not in ONE_AT_A_TIME or kind not in has}
    return PersonView(
        person=person,
        relation=_relation(person),
        holding=tuple(one for one in views if one.fact.holds),
        over=tuple(one for one in views if not one.fact.holds),
        to_record=to_record,
        in_short=_in_short(person, today),
    )


def _in_short(person: PersonAround, today: date) -> PersonInShort:
    said: Mapping[str, str] = person.who.said if person.who else {}
    details = (BLOOD_IN_SHORT.get(said.get("blood", ""), "").strip("-"), SIDES_IN_SHORT.get(said.get("side", ""), ""))
    more = ", ".join(one for one in details if one)
    relation = _relation(person)
    return PersonInShort(
        relation=f"{relation} ({more})" if more else relation,
        responsibility=YES_NO.get(person.responsibility, NOT_SAID),
        lives=LIVES.get(person.lives(today), NOT_SAID),
        risk="; ".join(RISKS[one.said["risk"]] for one in person.risks) or NOT_SAID,
    )


def _relation(person: PersonAround) -> str:
    return RELATIONS.get(person.relation, "")


def _households(people: Iterable[PersonAround]) -> Sequence[HouseholdRow]:
    """What is not known to have begun stands first."""
    rows = [
        HouseholdRow(person.name, _relation(person), one.said["lives"] == "part", one.holds_from, one.until)
        for person in people
        for one in person.facts
        if one.kind == HOUSEHOLD and one.was_so and one.said.get("lives") in ("yes", "part")
    ]
    return sorted(rows, key=lambda one: (one.since or date.min, one.name))
