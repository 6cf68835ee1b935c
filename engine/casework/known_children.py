"""What makes a child findable, and what was said of who may be the same: written with the child, in one transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from engine.base.database import one_at_a_time
from engine.casework.case_rows import CaseRow
from engine.facts.matching import alike, described_person
from engine.likeness.children import Described
from engine.likeness.keys import kept_keys
from engine.process.vocabulary import PERSON_DETAILS, YES
from engine.tables import Person, PersonKey, PossibleMatch


def make_findable(
    connection: Connection, authority: str, person: str, child: Described, paired: Collection[str] = ()
) -> None:
    """Keeps the keys of a person, and a pair with each known child who may be the same, for either to find. Of those
    who are `paired` already, what was answered stays.

    One at a time in an authority: of two referrals of one child that come at once, the second finds the first.
    """
    one_at_a_time(connection, f"names of {authority}")
    known = [one for one in alike(connection, authority, child, but=person) if one not in paired]
    keys = [{"key": key, "person_id": person} for key in sorted(kept_keys(authority, child))]
    if keys:
        connection.execute(insert(PersonKey), keys)
    pairs = [pair for one in known for pair in _both_ways(person, one)]
    if pairs:
        connection.execute(insert(PossibleMatch), pairs)


def details_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `person` for what was said of a child besides names, dates and address; `said` is by roles."""
    values = {PERSON_DETAILS[role]: answer for role, answer in said.items() if role in PERSON_DETAILS}
    return values | ({"address_withheld": said["address_withheld"] == YES} if "address_withheld" in said else {})


def complete_child(connection: Connection, case: CaseRow, said: Mapping[str, Any]) -> None:
    """What is found out later stands with the child, who is found by it from now on."""
    connection.execute(update(Person).where(Person.id == case.person).values(details_of(said)))
    find_anew(connection, case)


def find_anew(connection: Connection, case: CaseRow) -> None:
    """By what stands of the child now. Of a known child who was shown before, what was answered stays, and so does that
    nobody has: by it, who is barred from one is kept from the other.
    """
    connection.execute(delete(PersonKey).where(PersonKey.person_id == case.person))
    paired = connection.scalars(select(PossibleMatch.known_id).where(PossibleMatch.person_id == case.person)).all()
    make_findable(connection, case.authority, case.person, described_person(connection, case.person), paired)


def _both_ways(person: str, known: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return {"person_id": person, "known_id": known}, {"person_id": known, "known_id": person}


def answer_matches(connection: Connection, person: str, known: str | None) -> None:
    """`known` is the same child; with none, none of those who were shown is. What was answered is asked no more."""
    of_pair = or_(PossibleMatch.person_id == person, PossibleMatch.known_id == person)
    if known:
        of_pair = or_(
            (PossibleMatch.person_id == person) & (PossibleMatch.known_id == known),
            (PossibleMatch.person_id == known) & (PossibleMatch.known_id == person),
        )
        connection.execute(update(PossibleMatch).where(of_pair).values(answer="yes"))
    else:
        connection.execute(update(PossibleMatch).where(of_pair, PossibleMatch.answer.is_(None)).values(answer="no"))


def say_separated(connection: Connection, person: str, known: str, now: datetime) -> None:
    """They had been taken for one, and are two: they are not shown again as perhaps the same."""
    for pair in _both_ways(person, known):
        of_pair = PossibleMatch.person_id == pair["person_id"], PossibleMatch.known_id == pair["known_id"]
        said = {"answer": "no", "separated_at": now}
        if not connection.execute(update(PossibleMatch).where(*of_pair).values(said)).rowcount:
            connection.execute(insert(PossibleMatch).values({**pair, **said}))
