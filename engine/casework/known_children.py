"""What makes a child findable, and what was said of who may be the same: written with the child, in one transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, or_, update

from engine.base.database import one_at_a_time
from engine.facts.matching import alike
from engine.likeness.children import Described
from engine.likeness.keys import kept_keys
from engine.tables import PersonKey, PossibleMatch


def make_findable(connection: Connection, authority: str, person: str, child: Described) -> None:
    """Keeps the keys of a new person, and a pair with each known child who may be the same, for either to find.

    One at a time in an authority: of two referrals of one child that come at once, the second finds the first.
    """
    one_at_a_time(connection, f"names of {authority}")
    known = alike(connection, authority, child, but=person)
    keys = [{"key": key, "person_id": person} for key in sorted(kept_keys(authority, child))]
    if keys:
        connection.execute(insert(PersonKey), keys)
    pairs = [pair for one in known for pair in _both_ways(person, one)]
    if pairs:
        connection.execute(insert(PossibleMatch), pairs)


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
