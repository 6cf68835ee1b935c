"""How long a case is kept by the rules of its authority, which cases are due to be erased, and what keeps others.

The longest rule that applies wins. Without a rule nothing is due. A case that was joined to another is kept as long as
that one, and is erased with it: all that it held went on there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import CTE, ColumnElement, Connection, and_, case, false, func, or_, select, true
from sqlalchemy.orm import aliased

from engine.facts.child import of_child
from engine.people.identity import PRIVACY_OFFICER, Actor
from engine.people.kept_from import nothing_keeps_from
from engine.people.who_knows import is_open_in_emergency
from engine.tables import Case, Instance, LegalHold, Outbox, Person, RetentionRule, SubjectRequest
from engine.timescales.calendar import day_of, start_of

KEPT_BECAUSE: Mapping[str, str] = {
    "open": "It is still open",
    "unfinished": "It is closed, and a process or a letter of it is not over",
    "held": "It is on legal hold",
    "asked": "Somebody has asked for what is held of the child, and has no answer yet",
    "no_birth_date": "The birth date of the child is not known, and a rule counts from it",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """As RetentionRule of engine/tables/retention_tables.py."""

    id: str
    years: int
    counts_from: str
    process: str | None
    process_title: str
    set_at: datetime
    set_by: str

    @property
    def words(self) -> str:
        """What it says, without the cases for which it does."""
        years = "1 year" if self.years == 1 else f"{self.years} years"
        return f"{years} after {'the case was closed' if self.counts_from == 'closure' else 'the child was born'}"

    @property
    def whole(self) -> str:
        return f"{self.words}, where “{self.process_title}” ran" if self.process else f"{self.words}, for every case"

    def due_on(self, closed_on: date, born: date | None) -> date | None:
        """The day from which a case is due by this rule alone; None where what it counts from is not known."""
        begin = closed_on if self.counts_from == "closure" else born
        return years_later(begin, self.years) if begin else None


@dataclass(frozen=True, slots=True)
class DueCase:
    """`rule` is the one that kept it longest, and `since` the day from which it is due."""

    rule: Rule
    since: date

    @property
    def tells_birth(self) -> bool:
        """Whether that day tells when the child was born."""
        return self.rule.counts_from == "birth"


def years_later(day: date, years: int) -> date:
    """Of 29 February in a year that has none, 1 March: never a day too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _years_before(day: date, years: int) -> date:
    """The last day from which so many years have passed."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)


def rules(connection: Connection, authority: str) -> tuple[Rule, ...]:
    """Those in force, in the order in which they were set."""
    columns = (RetentionRule.id, RetentionRule.years, RetentionRule.counts_from, RetentionRule.process)
    rows = connection.execute(
        select(*columns, RetentionRule.process_title, RetentionRule.set_at, RetentionRule.set_by)
        .where(RetentionRule.authority_id == authority, RetentionRule.ended_at.is_(None))
        .order_by(RetentionRule.set_at, RetentionRule.id)
    )
    return tuple(Rule(**row) for row in rows.mappings())


def born() -> ColumnElement[date | None]:
    """Of `case`: of its child as it was referred or as it was known before; the later, where one of them is a slip."""
    own = select(Person.born).where(Person.id == Case.person_id).scalar_subquery()
    known = select(Person.born).where(Person.id == Case.same_person_id).scalar_subquery()
    return case((known > own, known), else_=func.coalesce(own, known))


def is_due(of: Sequence[Rule], now: datetime) -> ColumnElement[bool]:
    """Of `case`: that it is due to be erased, by one rule at least and against none."""
    ends = (or_(~_applies(one), _is_over(one, now)) for one in of)
    return and_(is_whole(), ~_is_open(), ~is_held(), ~_is_asked_for(), or_(false(), *map(_applies, of)), *ends)


def is_kept(of: Sequence[Rule], now: datetime) -> ColumnElement[bool]:
    """Of `case`: that its time is over by all that is known of it, and that something keeps it all the same."""
    ends = (or_(~_applies(one), _is_over(one, now), _counts_from_nothing(one)) for one in of)
    over = or_(false(), *(and_(_applies(one), _is_over(one, now)) for one in of))
    births = (and_(_applies(one), _counts_from_nothing(one)) for one in of if one.counts_from == "birth")
    no_birth_date = and_(Case.closed_at.is_not(None), or_(false(), *births))
    return and_(is_whole(), or_(over, no_birth_date), or_(_is_open(), is_held(), _is_asked_for(), no_birth_date), *ends)


def why_kept() -> ColumnElement[str]:
    """Of a case that `is_kept`: which of KEPT_BECAUSE."""
    return case(
        (Case.closed_at.is_(None), "open"),
        (_is_open(), "unfinished"),
        (is_held(), "held"),
        (_is_asked_for(), "asked"),
        else_="no_birth_date",
    )


def is_whole() -> ColumnElement[bool]:
    """Of `case`: neither erased nor a part of another one, with which it would go."""
    return and_(Case.erased_at.is_(None), Case.joined_to_id.is_(None))


def is_held() -> ColumnElement[bool]:
    """Of `case`: it, or one that was joined to it, is on legal hold."""
    return Case.id.in_(select(_held().c.id))


@cache
def _is_asked_for() -> ColumnElement[bool]:
    """Of `case`: what is asked for is not erased before it was answered (Data Protection Act 2018, section 173)."""
    return of_child(select(SubjectRequest.case_id).where(SubjectRequest.closed_at.is_(None)))


def _held() -> CTE:
    joined = aliased(Case)
    held = select(LegalHold.case_id.label("id")).where(LegalHold.lifted_at.is_(None)).cte(recursive=True)
    goes_on = select(joined.joined_to_id).join(held, held.c.id == joined.id).where(joined.joined_to_id.is_not(None))
    return held.union(goes_on)


def _is_open() -> ColumnElement[bool]:
    running = select(Instance.id).where(Instance.case_id == Case.id, Instance.status.in_(("running", "stuck")))
    unsent = select(Outbox.id).where(Outbox.case_id == Case.id, Outbox.settled_at.is_(None))
    return or_(Case.closed_at.is_(None), running.correlate(Case).exists(), unsent.correlate(Case).exists())


def _applies(rule: Rule) -> ColumnElement[bool]:
    """All that ran in a case that was joined to another is of that one."""
    if rule.process is None:
        return true()
    ran = select(Instance.id).where(Instance.case_id == Case.id, Instance.process == rule.process)
    return ran.correlate(Case).exists()


def _is_over(rule: Rule, now: datetime) -> ColumnElement[bool]:
    last = _years_before(day_of(now), rule.years)
    if rule.counts_from == "closure":
        return Case.closed_at < start_of(last + timedelta(days=1))
    return born() <= last


def _counts_from_nothing(rule: Rule) -> ColumnElement[bool]:
    return Case.closed_at.is_(None) if rule.counts_from == "closure" else born().is_(None)


def is_told_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `case`, also on one that was erased, that something of its time is said to this actor, who keeps
    the rules: nothing of a child from whom they are barred, and of a restricted case to privacy officers and who is
    named.
    """
    if PRIVACY_OFFICER in actor.roles or actor.is_system:
        return is_open_in_emergency(actor)
    return nothing_keeps_from(actor.account)


def due_cases(connection: Connection, of: Sequence[Rule], cases: Collection[str]) -> dict[str, DueCase]:
    """Of cases that are due: since when, and by which rule."""
    ran: set[tuple[str, str]] = set()
    if named := {one.process for one in of if one.process}:
        rows = select(Instance.case_id, Instance.process).where(
            Instance.case_id.in_(cases), Instance.process.in_(named)
        )
        ran = {(row.case_id, row.process) for row in connection.execute(rows.distinct())}
    found: dict[str, DueCase] = {}
    dates = select(Case.id, Case.closed_at, born().label("born")).where(Case.id.in_(cases))
    for row in connection.execute(dates):
        applying = [one for one in of if one.process is None or (row.id, one.process) in ran]
        over = [(day, one) for one in applying if (day := one.due_on(day_of(row.closed_at), row.born))]
        since, rule = max(over, key=lambda each: each[0])
        found[row.id] = DueCase(rule, since)
    return found
