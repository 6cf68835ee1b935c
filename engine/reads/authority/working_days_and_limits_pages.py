"""What the authority has settled for itself: whoever is signed in may read it, an administrator changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine.base.errors import NotPossible, RefusalCode
from engine.facts.authority import CLOSURE_DAY, NOT_YOURS, limit_form, may_be_set, rule_to_set
from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.people.who_may import must_hold
from engine.reads.authority.people import names_of_accounts
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import ClosureDay, LocalTimescale, NamedRow
from engine.timescales.calendar import LAST_PUBLISHED_YEAR, bank_holidays, day_of
from engine.timescales.rules import Clock, limit_in_words

ADMINISTRATOR = "administrator"
NOBODY = {"system": "the system"}


@dataclass(frozen=True, slots=True)
class Closure:
    """A closure day; `added_by` is a name."""

    day: date
    name: str
    added_at: datetime
    added_by: str
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Year:
    """Its bank holidays in order, with their names. `computed`: by rule, as the Government has not published them."""

    year: int
    bank_holidays: tuple[tuple[date, str], ...]
    computed: bool


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """`closure_days` latest first. `form` is for administrators."""

    years: tuple[Year, ...]
    closure_days: tuple[Closure, ...]
    form: FormView
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalLimit:
    """A clock of the table in force. `default` is the table's limit in words, `words` the one that holds now.

    `changed_at` is None and `changed_by` empty where nobody has changed it. `may_be_set`: by an administrator.
    """

    clock: str
    title: str
    words: str
    default: str
    source: str
    may_be_set: bool
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True, slots=True)
class _LimitSet:
    limit: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """In the order of the table. `edition` names the guidance that sets the statutory ones."""

    edition: str
    statutory: tuple[LocalLimit, ...]
    local: tuple[LocalLimit, ...]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitToSet:
    """`form` has the number that holds now."""

    limit: LocalLimit
    form: FormView
    cases_shown: tuple[str, ...] = ()


def administers(actor: Actor) -> bool:
    return ADMINISTRATOR in actor.roles


def working_days(connection: Connection, actor: Actor, now: datetime) -> WorkingDays:
    """The bank holidays of this year and the next, and every closure day."""
    rows = connection.execute(
        select(ClosureDay.__table__).where(ClosureDay.authority_id == actor.within).order_by(ClosureDay.day.desc())
    ).all()
    this_year = day_of(now).year
    return WorkingDays(
        years=tuple(_year(year) for year in (this_year, this_year + 1)),
        closure_days=_closure_days(connection, rows),
        form=asked_plainly(CLOSURE_DAY, {}),
    )


def closure_day(connection: Connection, actor: Actor, _now: datetime, day: date) -> Closure:
    """One day that an administrator may remove.

    Raises NotAllowed for anybody else, NotPossible where it is none of the authority's own.
    """
    must_hold(actor, [ADMINISTRATOR])
    ours = (ClosureDay.authority_id == actor.within, ClosureDay.day == day)
    rows = connection.execute(select(ClosureDay.__table__).where(*ours)).all()
    if not rows:
        raise NotPossible(NOT_YOURS, code=RefusalCode.NO_CLOSURE_DAY)
    return _closure_days(connection, rows)[0]


def time_limits(connection: Connection, actor: Actor, _now: datetime) -> TimeLimits:
    model = in_force(connection, actor.within)
    changes = _changes(connection, actor.within)
    limits = [(rule.kind, _limit(rule, changes)) for rule in model.rules.values()]
    return TimeLimits(
        edition=model.edition.name,
        statutory=tuple(limit for kind, limit in limits if kind == "statutory"),
        local=tuple(limit for kind, limit in limits if kind == "local"),
    )


def limit_to_set(connection: Connection, actor: Actor, _now: datetime, clock: str) -> LimitToSet:
    """A local limit that an administrator may change.

    Raises NotAllowed for anybody else, NotFound for no clock, NotPossible for a limit that is not the authority's.
    """
    must_hold(actor, [ADMINISTRATOR])
    rule, changes = rule_to_set(in_force(connection, actor.within).rules, clock), _changes(connection, actor.within)
    holds = changes[clock].limit if clock in changes else rule.limit
    return LimitToSet(_limit(rule, changes), asked_plainly(limit_form(rule), {"limit": abs(holds)}))


def _year(year: int) -> Year:
    return Year(year, tuple(bank_holidays(year).items()), year > LAST_PUBLISHED_YEAR)


def _closure_days(connection: Connection, rows: Sequence[NamedRow]) -> tuple[Closure, ...]:
    names = NOBODY | names_of_accounts(connection, (row.added_by for row in rows))
    return tuple(Closure(row.day, row.name, row.added_at, names.get(row.added_by, "")) for row in rows)


def _changes(connection: Connection, authority: str) -> dict[str, _LimitSet]:
    """By clock."""
    rows = connection.execute(select(LocalTimescale.__table__).where(LocalTimescale.authority_id == authority)).all()
    names = NOBODY | names_of_accounts(connection, (row.changed_by for row in rows))
    return {row.clock: _LimitSet(row.limit, row.changed_at, names.get(row.changed_by, "")) for row in rows}


def _limit(rule: Clock, changes: Mapping[str, _LimitSet]) -> LocalLimit:
    change = changes.get(rule.id) if may_be_set(rule) else None
    return LocalLimit(
        clock=rule.id,
        title=rule.title,
        words=limit_in_words(replace(rule, limit=change.limit) if change else rule),
        default=limit_in_words(rule),
        source=rule.source,
        may_be_set=may_be_set(rule),
        changed_at=change.at if change else None,
        changed_by=change.by if change else "",
    )
