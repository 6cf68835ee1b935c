"""Finding cases by what somebody typed, among those that they may know of: by keys, the likest first."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, SQLColumnExpression, case, false, func, literal, or_, select

from engine.facts.child import in_force_by_case
from engine.facts.child_names import child_name
from engine.facts.matching import PERSON_COLUMNS, described_to, known_child_in_words, may_read_address
from engine.forms import Choice
from engine.likeness.children import identifiers
from engine.likeness.keys import date_keys, identifier_key, place_key, word_keys
from engine.likeness.wanted import LookedFor, found_in
from engine.people.identity import Actor
from engine.people.who_knows import knows
from engine.tables import Case, NamedRow, Person, PersonKey

MOST_FOUND = 400
"""Who asks for one frequent name alone reads so many, and is asked for more."""
AT_ONCE = 2.0


def search(
    connection: Connection, actor: Actor, looked_for: LookedFor, *columns: SQLColumnExpression[Any]
) -> tuple[NamedRow, ...]:
    """A row for each case, with the columns of `case` and `person` that are asked for besides: by how well its child
    answers, then open ones first. Of no more than `MOST_FOUND` rows; a second query only where the first finds nobody.
    """
    for left_out in (0, 1):
        rows = _rows(connection, actor, looked_for, left_out, columns)
        ranked = [(_rank(actor, looked_for, row), number, row) for number, row in enumerate(rows)]
        if found := tuple(row for rank, _, row in sorted(ranked, key=lambda one: (-one[0], one[1])) if rank > 0):
            return found
    return ()


def _rows(
    connection: Connection,
    actor: Actor,
    looked_for: LookedFor,
    left_out: int,
    columns: tuple[SQLColumnExpression[Any], ...],
) -> Sequence[NamedRow]:
    """`left_out`: of so many of the things that were asked for there need be no key: a town has none, since very many
    live there.
    """
    asked = () if looked_for.is_empty else tuple(_asked(actor.within, looked_for))
    if looked_for.is_empty or (left_out and len(asked) <= left_out):
        return ()
    return connection.execute(_statement(actor, looked_for, asked, len(asked) - left_out, columns)).all()


KNOWN_CHILD_COLUMNS = (Case.id.label("case"), Case.closed_at)


def known_children(connection: Connection, actor: Actor, rows: Iterable[NamedRow]) -> Mapping[str, Choice]:
    """By person, of the first of their rows, each with `PERSON_COLUMNS` and `KNOWN_CHILD_COLUMNS`: told by what tells
    children apart, and with what is in force for the child in whichever case the actor may know of. One query.
    """
    first: dict[str, NamedRow] = {}
    for row in rows:
        first.setdefault(row.id, row)
    holding = in_force_by_case(connection, actor, {row.case for row in first.values()})
    return {person: _known_child(actor, row, holding[row.case]) for person, row in first.items()}


def _known_child(actor: Actor, row: NamedRow, holds: Collection[str]) -> Choice:
    name = child_name(row.given_name, row.family_name)
    described_as = known_child_in_words(name, row.born, row.reference, row.closed_at, holds)
    return Choice(row.id, described_as, row.address if may_read_address(actor, row) else "", row.case)


def known_cases(connection: Connection, actor: Actor, person: str) -> tuple[NamedRow, ...]:
    """The cases of a child that somebody may know of, the newest first: none where they may not know the child, and of
    what is no id.
    """
    if not person.isprintable():
        return ()
    return tuple(
        connection.execute(
            select(*PERSON_COLUMNS, Case.reference, *KNOWN_CHILD_COLUMNS)
            .join(Case, Case.person_id == Person.id)
            .where(Person.id == person, knows(actor))
            .order_by(Case.opened_at.desc(), Case.id)
        )
    )


def _rank(actor: Actor, looked_for: LookedFor, row: NamedRow) -> float:
    child = described_to(actor, row, row.reference)
    is_it = row.reference == looked_for.reference or identifiers(child) & looked_for.identifiers
    return AT_ONCE if is_it else found_in(looked_for, child)


def _statement(
    actor: Actor,
    looked_for: LookedFor,
    asked: Sequence[Mapping[int, int]],
    enough: int,
    columns: tuple[SQLColumnExpression[Any], ...],
) -> Select[*tuple[Any, ...]]:
    statement = (
        select(*PERSON_COLUMNS, Case.reference, *columns).select_from(Case).join(Person, Person.id == Case.person_id)
    )
    keys = [identifier_key(actor.within, each) for each in sorted(looked_for.identifiers)]
    identified = Person.id.in_(select(PersonKey.person_id).where(PersonKey.key.in_(keys)))
    by_reference = or_(Case.reference == looked_for.reference, identified if keys else false())
    weight = case((by_reference, 1000), else_=0)
    if asked:
        found = _hits(asked, enough).subquery()
        statement = statement.outerjoin(found, found.c.person_id == Person.id)
        statement = statement.where(or_(by_reference, Person.id.in_(select(found.c.person_id))))
        weight = weight + func.coalesce(found.c.weight, 0)
    else:
        statement = statement.where(by_reference)
    return (
        statement.where(knows(actor))
        .order_by(weight.desc(), Case.closed_at.is_not(None), Person.match_name, Case.opened_at.desc(), Case.id)
        .limit(MOST_FOUND)
    )


def _hits(asked: Sequence[Mapping[int, int]], enough: int) -> Select[*tuple[Any, ...]]:
    """Persons who have a key of enough of the things that were asked for, with how much those weigh."""
    weights: dict[int, int] = {}
    for keys in asked:
        weights |= {key: max(weight, weights.get(key, 0)) for key, weight in keys.items()}
    each = (func.max(case((PersonKey.key.in_(keys), 1), else_=0)) for keys in asked)
    return (
        select(PersonKey.person_id, func.sum(case(weights, value=PersonKey.key, else_=0)).label("weight"))
        .where(PersonKey.key.in_(weights))
        .group_by(PersonKey.person_id)
        .having(sum(each, literal(0)) >= enough)
    )


def _asked(authority: str, looked_for: LookedFor) -> Iterator[Mapping[int, int]]:
    yield from (word_keys(authority, word) for word in looked_for.words)
    if looked_for.born:
        yield date_keys(authority, looked_for.born)
    if looked_for.postcode:
        yield {place_key(authority, looked_for.postcode): 1}
