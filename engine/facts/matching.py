"""Children already known who may be the one referred. Shown to a social worker, decided by one, never merged alone."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.orm import aliased

from engine.tables import Case, Person


@dataclass(frozen=True, slots=True)
class Match:
    """A known child, with the newest of their cases."""

    person: str
    description: str


def folded_name(given_name: str, family_name: str) -> str:
    """For comparison only: no capitals, accents, hyphens or doubled spaces."""
    decomposed = unicodedata.normalize("NFKD", f"{given_name} {family_name}")
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(letters.casefold().replace("-", " ").replace("'", "").split())


def possible_matches(connection: Connection, case: str) -> tuple[Match, ...]:
    """Two of name, birth date and address agree, or the name does and one of the birth dates is unknown."""
    child, known = aliased(Person), aliased(Person)
    same_name = known.match_name == child.match_name
    same_birth = and_(known.born.is_not(None), known.born == child.born)
    same_address = and_(known.address != "", known.address == child.address)
    unknown_birth = or_(known.born.is_(None), child.born.is_(None))
    agrees = or_(
        and_(same_name, or_(same_birth, same_address, unknown_birth)),
        and_(same_birth, same_address, known.given_name == child.given_name),
    )
    rows = connection.execute(
        select(known.id, known.given_name, known.family_name, known.born, Case.reference, Case.closed_at)
        .select_from(child)
        .join(known, and_(known.id != child.id, known.authority_id == child.authority_id, agrees))
        .join(Case, Case.person_id == known.id)
        .where(child.id == select(Case.person_id).where(Case.id == case).scalar_subquery())
        .order_by(Case.opened_at.desc(), Case.id)
    )
    found: dict[str, Match] = {}
    for person, given_name, family_name, born, reference, closed_at in rows:
        state = "closed" if closed_at else "open"
        name = f"{given_name} {family_name}"
        found.setdefault(person, Match(person, f"{name}, {_birth(born)}, case {reference} ({state})"))
    return tuple(found.values())


def _birth(born: date | None) -> str:
    return f"born {born.day} {born:%B %Y}" if born else "date of birth not known"
