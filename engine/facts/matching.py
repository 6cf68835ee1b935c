"""Children already known who may be the one referred. Shown to a social worker, decided by one, never merged alone.

Found by keys when a child is written (engine/casework/known_children.py) and kept as pairs: pages ask for those alone.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from engine.base.direction import by_itself
from engine.base.errors import NotFound
from engine.facts.child import in_force_by_case, of_child
from engine.facts.child_names import child_name
from engine.likeness.births import is_slip
from engine.likeness.children import Described, Likeness, identifiers, likeness
from engine.likeness.folding import fold
from engine.likeness.keys import identifier_key, match_keys
from engine.people.identity import Actor
from engine.people.who_knows import Reach, known_by, known_within, knows, reach_of
from engine.people.who_may import sees_answers_of
from engine.tables import Case, NamedRow, Person, PersonKey, PossibleMatch

MOST_COMPARED = 200
"""Those that share a number, then those that share the most keys: a bound that a child of a frequent name does not
lift.
"""


def folded_name(given_name: str, family_name: str) -> str:
    """By which lists are in order: whatever script, capitals, accents and apostrophes were typed."""
    return fold(f"{given_name} {family_name}")


def described(row: NamedRow, *references: str) -> Described:
    """Of a row with the columns of a person. `references` are those of cases of the person."""
    return Described(
        given_name=row.given_name,
        family_name=row.family_name,
        born=row.born,
        expected=row.expected,
        address=row.address,
        telephone=row.telephone,
        email=row.email,
        nhs_number=row.nhs_number,
        upn=row.upn,
        references=tuple(one for one in (row.other_reference, *references) if one),
    )


def described_to(actor: Actor, row: NamedRow, *references: str) -> Described:
    """As `described`, for a search: whoever may not read where a child lives cannot find it out by searching either."""
    child = described(row, *references)
    return child if may_read_address(actor, row) else replace(child, address="", telephone="", email="")


def may_read_address(actor: Actor, row: NamedRow) -> bool:
    """And the telephone number and email address of the family, by which it could be found out."""
    return not row.address_withheld or sees_answers_of(actor, None)


PERSON_COLUMNS = (
    *(Person.id, Person.given_name, Person.family_name, Person.born, Person.expected, Person.address),
    *(Person.address_withheld, Person.telephone, Person.email, Person.nhs_number, Person.upn, Person.other_reference),
)


_REFERENCES = select(func.aggregate_strings(Case.reference, " ")).where(Case.person_id == Person.id)
_DESCRIBED = select(*PERSON_COLUMNS, _REFERENCES.scalar_subquery().label("references"))


def described_person(connection: Connection, person: str) -> Described:
    """With the references of all cases of the person."""
    return _with_references(connection.execute(_DESCRIBED.where(Person.id == person)).one())


def _with_references(row: NamedRow) -> Described:
    return described(row, *(row.references or "").split())


def alike(connection: Connection, authority: str, child: Described, but: str) -> tuple[str, ...]:
    """The persons of the authority who are like enough to be shown, the likest first."""
    keys = match_keys(authority, child)
    numbers = [identifier_key(authority, each) for each in identifiers(child)]
    by_number = func.max(case((PersonKey.key.in_(numbers), 1), else_=0))
    sharing = (
        select(PersonKey.person_id, func.count().label("shared"))
        .where(PersonKey.key.in_(keys), PersonKey.person_id != but)
        .group_by(PersonKey.person_id)
        .order_by(by_number.desc(), func.count().desc(), PersonKey.person_id)
        .limit(MOST_COMPARED)
        .subquery()
    )
    rows = connection.execute(
        _DESCRIBED.join(sharing, sharing.c.person_id == Person.id).where(Person.authority_id == authority)
    )
    found = [(likeness(child, _with_references(row)), row.id) for row in rows]
    return tuple(person for like, person in sorted(found, key=lambda one: (-one[0].score, one[1])) if like.shown)


@dataclass(frozen=True, slots=True)
class Match:
    """A known child, with the newest case that the reader may know of, and what is in force in whichever of its cases
    they may know of.
    """

    person: str
    case: str
    name: str
    born: date | None
    reference: str
    closed_at: datetime | None
    plan_in_force: bool
    order_in_force: bool
    score: int
    why: tuple[str, ...]

    @property
    def description(self) -> str:
        holds = ("plan_in_force",) * self.plan_in_force + ("order_in_force",) * self.order_in_force
        return known_child_in_words(self.name, self.born, self.reference, self.closed_at, holds)


IN_FORCE_IN_WORDS = {
    "order_in_force": "under an order or police protection",
    "plan_in_force": "child protection plan in force",
}


def known_child_in_words(
    name: str, born: date | None, reference: str, closed_at: datetime | None, holds: Collection[str]
) -> str:
    """What tells one known child from another; `holds` of the facts of the child (engine/facts/child.py)."""
    said = ["closed" if closed_at else "open", *(words for fact, words in IN_FORCE_IN_WORDS.items() if fact in holds)]
    return f"{by_itself(name)}, {birth_in_words(born)}, case {reference} ({', '.join(said)})"


@dataclass(slots=True)
class Matches:
    """Of one case, the likest first. `hidden`: one more is likely, of whom the reader may not know; nothing of it is
    said. `more`: so many others are likely, and not shown here.
    """

    shown: list[Match] = field(default_factory=list[Match])
    hidden: bool = False
    more: int = 0

    def likest(self, most: int) -> "Matches":
        return Matches(self.shown[:most], self.hidden, max(0, len(self.shown) - most))

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(match.case for match in self.shown)


def possible_matches(connection: Connection, actor: Actor, cases: Collection[str]) -> Mapping[str, Matches]:
    """By case, of those that have some and where it is not answered yet: one query, and where there are any a second
    for what protects them, however many cases. For who decides it and who oversees that: an agency reads nothing of it.
    """
    if not sees_answers_of(actor, None):
        return {}
    rows: dict[tuple[str, str], list[NamedRow]] = defaultdict(list)
    for row in connection.execute(_pairs(reach_of(actor)), {"cases": [*cases], **known_by(actor)}):
        rows[row.of_case, row.id].append(row)
    found: dict[str, Matches] = defaultdict(Matches)
    known = {pair: [row for row in of_person if row.is_known] for pair, of_person in rows.items()}
    newest = {of_person[0].case for of_person in known.values() if of_person}
    holding = in_force_by_case(connection, actor, newest)
    for (of_case, person), of_person in rows.items():
        theirs = known[of_case, person]
        if theirs and all(row.is_known or row.closed_at for row in of_person):
            found[of_case].shown.append(_match(theirs[0], holding[theirs[0].case]))
        else:
            found[of_case].hidden = True
    for matches in found.values():
        matches.shown.sort(key=lambda match: (-match.score, not (match.order_in_force or match.plan_in_force)))
    return found


@cache
def _pairs(reach: Reach) -> Select[*tuple[Any, ...]]:
    """A row for each case of each known child, the newest first."""
    this, child = aliased(Case), aliased(Person)
    return (
        select(
            *(this.id.label("of_case"), *PERSON_COLUMNS),
            *(getattr(child, column.key).label(f"child_{column.key}") for column in PERSON_COLUMNS),
            this.reference.label("child_reference"),
            *(Case.id.label("case"), Case.reference, Case.closed_at),
            case((known_within(reach), 1), else_=0).label("is_known"),
        )
        .select_from(this)
        .join(PossibleMatch, PossibleMatch.person_id == this.person_id)
        .join(Person, Person.id == PossibleMatch.known_id)
        .join(child, child.id == this.person_id)
        .join(Case, Case.person_id == Person.id)
        .where(
            this.id.in_(bindparam("cases", expanding=True)),
            this.same_person_id.is_(None),
            PossibleMatch.answer.is_(None),
        )
        .where(Case.same_person_id.is_(None) | (Case.same_person_id != this.person_id))
        .order_by(Case.opened_at.desc(), Case.id)
    )


def _match(newest: NamedRow, holds: Collection[str]) -> Match:
    like = _likeness(newest)
    return Match(
        person=newest.id,
        case=newest.case,
        name=child_name(newest.given_name, newest.family_name),
        born=newest.born,
        reference=newest.reference,
        closed_at=newest.closed_at,
        plan_in_force="plan_in_force" in holds,
        order_in_force="order_in_force" in holds,
        score=like.score,
        why=like.why,
    )


def _likeness(row: NamedRow) -> Likeness:
    child = Described(
        given_name=row.child_given_name,
        family_name=row.child_family_name,
        born=row.child_born,
        expected=row.child_expected,
        address=row.child_address,
        telephone=row.child_telephone,
        email=row.child_email,
        nhs_number=row.child_nhs_number,
        upn=row.child_upn,
        references=tuple(one for one in (row.child_other_reference, row.child_reference) if one),
    )
    return likeness(child, described(row, row.reference))


def what_speaks_against(connection: Connection, actor: Actor, case_id: str, person: str) -> str:
    """Why a social worker alone does not say that the child of the case is this person; empty where nothing does.

    What is no person is for the form to refuse. Raises NotFound for one of whom the actor may not know: of a case of
    theirs, and of every one that is open, since with that one this is joined.
    """
    if not person.isprintable():
        return ""
    child = aliased(Person)
    theirs = of_child(select(Case.id).where(Case.person_id == person))
    is_open_elsewhere = exists().where(theirs, Case.id != case_id, Case.closed_at.is_(None), ~knows(actor))
    is_known = exists().where(Case.person_id == person, knows(actor)) & ~is_open_elsewhere
    row = connection.execute(
        select(
            *(Person.born, child.born.label("other_born"), PossibleMatch.answer),
            case((is_known, 1), else_=0).label("is_known"),
        )
        .select_from(child)
        .join(Person, Person.id == person)
        .outerjoin(PossibleMatch, and_(PossibleMatch.person_id == child.id, PossibleMatch.known_id == Person.id))
        .where(child.id == select(Case.person_id).where(Case.id == case_id).scalar_subquery())
    ).one_or_none()
    if row is None:
        return ""
    if not row.is_known:
        raise NotFound
    if row.answer == "no":
        return "It was said before that these two are not the same child."
    apart = row.born and row.other_born and row.born != row.other_born and not is_slip(row.born, row.other_born)
    return "The birth dates differ by more than a slip." if apart else ""


def birth_in_words(born: date | None) -> str:
    return f"born {born.day} {born:%B %Y}" if born else "date of birth not known"
