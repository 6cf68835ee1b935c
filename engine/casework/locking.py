"""Cases are locked here, and nowhere else: with each the other open cases of its child."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, FromClause, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.base.errors import NotFound
from engine.casework.case_rows import CaseRow
from engine.casework.locked_case import CaseWork
from engine.casework.running_out import due_by, has_due_clock, run_due_clocks
from engine.facts.child import persons_of_child
from engine.people.command import Work
from engine.people.identity import SYSTEM
from engine.people.who_knows import Reach, known_by, known_within, reach_of
from engine.record.chain import holding_still
from engine.tables import Alarm, Case, NamedRow, Person, plan_in_force

_LOCKED = (
    select(
        Case.id,
        Case.authority_id,
        Case.reference,
        Case.person_id,
        Case.family_id,
        Case.team_id,
        Case.lead_account_id,
        *(Case.opened_at, Case.closed_at, Case.joined_to_id.is_not(None).label("is_joined")),
        *(Person.born, Person.expected, Case.plan_from),
        case((plan_in_force(), Case.plan_from)).label("plan_since"),
        exists().where(Alarm.case_id == Case.id, Alarm.ended_at.is_(None)).label("alarm_stands"),
    )
    .join(Person, Person.id == Case.person_id)
    # No index has this order: SQLite would else read every case in it rather than put the few that are found in order.
    .order_by(Case.id.concat(""))
)
_OTHER = aliased(Case)  # as in engine/facts/child.py


class FoundBy(NamedTuple):
    """Cases by a statement, which is made once, and what it is given: the one that locks them is kept for it."""

    statement: Select[str]
    given: Mapping[str, Any]


_BY_ID = select(Case.id).where(Case.id.in_(bindparam("cases", expanding=True)))


def lock_cases(
    work: Work,
    cases: Collection[str] | FoundBy,
    *,
    known: bool = False,
    skip_locked: bool = False,
    as_it_stands: bool = False,
) -> tuple[CaseWork, ...]:
    """The first thing every command of a case does, so that all others of the case wait for it.

    The only function that locks a case. Several are locked in order of id, so that two commands that want the same
    ones never wait for each other; each with the other open cases of its child, as what holds of the child is asked and
    decided over all of them. Cases that are not there are left out; with `known` also those of which the actor may not
    know, with `skip_locked` those of a child of whom somebody works on a case this moment. A case that is found by one
    of its rows may have been joined to another while it was waited for: then the row is found there.

    What has run out in them is acted on first, so that what the actor sends meets the case as it would after a tick;
    not where they are wanted `as_it_stands`, nor in re-running, where each clock has an act of its own in the record.
    """
    rows = _locked(work, cases, known=known, skip_locked=skip_locked)
    if not (as_it_stands or work.alone) and any(row.clock_is_due for row in rows):
        run_due_clocks(work, [row.id for row in rows], lock_as_it_stands)
        rows = _locked(work, cases, known=known, skip_locked=skip_locked)
    return tuple(_each_with_the_child_s_others(work, rows, waits=not skip_locked))


def lock_as_it_stands(work: Work, case: str) -> CaseWork:
    """Raises NotFound where there is no such case."""
    return _only(lock_cases(work, [case], as_it_stands=True))


def _locked(work: Work, cases: Collection[str] | FoundBy, *, known: bool, skip_locked: bool) -> Sequence[NamedRow]:
    found = cases if isinstance(cases, FoundBy) else FoundBy(_BY_ID, {"cases": [*cases]})
    dialect = work.connection.dialect.name
    locking = _locking(found.statement, reach_of(work.actor), dialect, known=known, skip_locked=skip_locked)
    given = {**found.given, **known_by(work.actor), **due_by(work.now)}
    rows = work.connection.execute(locking, given).all()
    if isinstance(cases, FoundBy) and any(row.is_joined and row.is_wanted for row in rows):
        rows = work.connection.execute(locking, given).all()
    return rows


@cache
def _locking(
    cases: Select[str], reach: Reach, dialect: str, *, known: bool, skip_locked: bool
) -> Select[*tuple[Any, ...]]:
    """Made once for each way of asking: made anew it takes a quarter of a command."""
    is_known = known_within(reach)
    wanted = and_(Case.id.in_(cases), *([_of_those_found(is_known)] if known else []))
    persons = persons_of_child(select(Case.id).where(wanted))
    columns = (
        *(persons.c.of_case, wanted.label("is_wanted"), is_known.label("is_known")),
        has_due_clock().label("clock_is_due"),
        _cases_of_child(persons).label("cases_of_child"),
        *holding_still(dialect, Case.authority_id.expression),
    )
    locked = _LOCKED.join(persons, _is_locked(Case, persons)).add_columns(*columns)
    return locked.with_for_update(of=Case, skip_locked=skip_locked)


def _each_with_the_child_s_others(work: Work, rows: Sequence[NamedRow], *, waits: bool) -> Iterator[CaseWork]:
    """Those that were wanted. `waits`: the statement waited for all, so that none is left out."""
    # What follows in the other cases of the child, nobody does there: whoever reads them may not know of this one.
    found = {
        row.id: _casework(work if row.is_wanted else replace(work, actor=SYSTEM.at(row.authority_id)), row)
        for row in rows
    }
    those_of: dict[str, list[str]] = {}
    for row in rows:
        those_of.setdefault(row.of_case, []).append(row.id)
    for row in rows:
        found[row.id].same_child = tuple(found[one] for one in those_of[row.of_case] if one != row.id)
    for row in rows:
        # One may have been closed since they were counted.
        is_whole = waits or len(those_of[row.of_case]) == row.cases_of_child
        if row.id == row.of_case and row.is_wanted and is_whole:
            yield found[row.id]


def _of_those_found(is_known: ColumnElement[bool]) -> ColumnElement[bool]:
    """As the condition, but no way to find cases: SQLite would else look through all those of a team."""
    return case((is_known, 1), else_=0) == 1


def _is_locked(of: type[Case], persons: FromClause) -> ColumnElement[bool]:
    """With the case that is wanted, whether or not that one is closed, the other open ones of its child."""
    return and_(of.person_id == persons.c.id, or_(of.closed_at.is_(None), of.id == persons.c.of_case))


def _cases_of_child(persons: CTE) -> ColumnElement[int]:
    """How many are to be locked: of those that somebody works on, a statement that skips them says nothing."""
    those = persons.alias()
    count = select(func.count()).select_from(_OTHER).join(those, _is_locked(_OTHER, those))
    return count.where(those.c.of_case == persons.c.of_case).correlate(persons).scalar_subquery()


def lock_case(work: Work, case: str | FoundBy, *, known: bool = False) -> CaseWork:
    """Raises NotFound where there is no such case; with `known` also where the actor may not know of it."""
    return _only(lock_cases(work, [case] if isinstance(case, str) else case, known=known))


def _only(found: Sequence[CaseWork]) -> CaseWork:
    if not found:
        raise NotFound
    return found[0]


def _casework(work: Work, row: NamedRow) -> CaseWork:
    locked = CaseRow(
        id=row.id,
        authority=row.authority_id,
        reference=row.reference,
        person=row.person_id,
        family=row.family_id,
        team=row.team_id,
        lead=row.lead_account_id,
        closed_at=row.closed_at,
        born=row.born,
        expected=row.expected,
        plan_since=row.plan_since,
        opened_at=row.opened_at,
        plan_from=row.plan_from,
        is_joined=bool(row.is_joined),
    )
    return CaseWork(
        work,
        locked,
        closed_at=locked.closed_at,
        plan_since=locked.plan_since,
        alarm_stands=bool(row.alarm_stands),
        is_known=bool(row.is_known),
    )


def lock_known_case(work: Work, case: str | FoundBy) -> CaseWork:
    """Raises NotFound also where the actor may not know of the case."""
    return lock_case(work, case, known=True)
