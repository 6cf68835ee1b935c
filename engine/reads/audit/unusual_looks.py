"""Looks of one day that somebody should ask about: each rule says in one sentence why a look is in its list.

None of them says that anything was wrong. All work on the looks of one day, by which they are found.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from engine.base.clock import LONDON
from engine.base.errors import NotFound
from engine.facts.keeping_forms import LOOK_REVIEW
from engine.likeness.folding import name_words
from engine.people.identity import Actor
from engine.reads.audit.looks_of_days import (
    PERSON,
    LookedDays,
    acts,
    is_reviewed_by,
    must_not_be_own,
    must_review,
    of_people,
    of_person,
)
from engine.reads.audit.many_opened import EXPLAINED
from engine.reads.audit.parts_then import had_part
from engine.reads.audit.who_looked import opened_not_listed
from engine.reads.authority.people import names_of_accounts
from engine.reads.list_page import ListPart, Wanted, named_part
from engine.reads.task.form_view import FormView, asked_plainly
from engine.record.chain import case_chain, entries_of
from engine.tables import Act, Case, Chain, DutyTurn, LookReview, NamedRow, Payload, Person, Shown, WellKnownCase
from engine.timescales.calendar import end_of, start_of

MANY = 25
EVENING, MORNING = time(22), time(6)
_MANY = (
    f"More than {MANY} different cases were on the pages that they opened on this day, or so many in an hour that they "
    "were asked why."
)
RULES: Mapping[str, tuple[str, str]] = {
    "name": (
        "The same family name",
        "The child has a family name of whoever looked, as their account has it.",
    ),
    "no_part": (
        "No part in the case",
        "Neither they nor their team or organisation had a part in the case, and they did nothing in it within a day.",
    ),
    "many": ("Many cases", _MANY),
    "night": ("At night", "They looked between 22:00 and 06:00, and were not on the duty list on this day."),
    "well_known": ("Well known", "The case is marked as well known."),
}
"""By the name of each rule, in the order of the page: what its list is called, and why a look is in it."""


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """One person and one case: when it was first on a page that they opened that day, how often, and when first at
    night. A page of a case may name others of the family.
    """

    account: str
    case: str
    reference: str
    team: str
    family_name: str
    first_at: datetime
    times: int
    at_night: datetime | None


@dataclass(frozen=True, slots=True)
class Unusual:
    """`case` and `reference` are None where it is about many cases, of which `times` says how many; `why` is what they
    said of that, where they were asked. `found` is what came of asking about it, None until somebody has.
    """

    account: str
    by: str
    at: datetime
    times: int
    case: str | None
    reference: str | None
    why: str = ""
    found: "LookFound | None" = None


@dataclass(frozen=True, slots=True)
class LookFound:
    """`right`: they had a reason to look."""

    right: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OneUnusual:
    """What somebody looked at on one day, by which rules it is unusual, and the form by which it is answered."""

    look: Unusual
    day: date
    rules: Sequence[str]
    form: FormView

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.look.case,) if self.look.case else ()


@dataclass(frozen=True, slots=True)
class UnusualLooks:
    """The list of each rule, by its name: the first rows of each, or the page of the one that is wanted."""

    days: LookedDays
    lists: Mapping[str, ListPart[Unusual]]
    wanted: Wanted

    @property
    def cases_shown(self) -> tuple[str, ...]:
        rows = (one for part in self.lists.values() for one in part.rows)
        return tuple(dict.fromkeys(one.case for one in rows if one.case))


def unusual_looks(
    connection: Connection, actor: Actor, _now: datetime, days: LookedDays, wanted: Wanted
) -> UnusualLooks:
    """Of everybody but the reader, on the one day of `days`. Raises NotAllowed."""
    must_review(actor)
    lists = _found(connection, actor, days, of_people(actor))
    return UnusualLooks(days, {rule: named_part(rule, lists[rule], wanted) for rule in RULES}, wanted)


def unusual_look(
    connection: Connection, actor: Actor, _now: datetime, account: str, day: date, case: str | None
) -> OneUnusual:
    """Raises NotAllowed, NotFound where no rule speaks of it."""
    must_review(actor)
    must_not_be_own(actor, account)
    lists = _found(connection, actor, LookedDays(day, 1), and_(of_people(actor), of_person(account)))
    found = {rule: one for rule, looks in lists.items() for one in looks if (one.account, one.case) == (account, case)}
    if not found:
        raise NotFound
    return OneUnusual(next(iter(found.values())), day, [*found], asked_plainly(LOOK_REVIEW, {}))


def _found(
    connection: Connection, actor: Actor, days: LookedDays, whose: ColumnElement[bool]
) -> Mapping[str, Sequence[Unusual]]:
    """By the name of each rule, all that it finds; `whose` is the condition on an act that it is asked about."""
    opened = _opened(connection, actor, days, whose)
    names = names_of_accounts(connection, {one.account for one in opened})
    reviews = _reviews(connection, actor, days)
    found: dict[str, Iterable[OpenedCase]] = {
        "name": (one for one in opened if _is_namesake(names[one.account], one.family_name)),
        "no_part": _without_part(connection, opened, days),
        "night": _at_night(connection, actor, opened, days),
        "well_known": _well_known(connection, opened),
    }
    lists: dict[str, Sequence[Unusual]] = {
        rule: [_unusual(one, names, at_night=rule == "night") for one in of_rule] for rule, of_rule in found.items()
    }
    lists["many"] = [*_many(opened, names, _reasons(connection, actor, days))]
    return {rule: [replace(one, found=reviews.get((one.account, one.case))) for one in lists[rule]] for rule in RULES}


def _reviews(connection: Connection, actor: Actor, days: LookedDays) -> Mapping[tuple[str, str | None], LookFound]:
    """By whose look at which case it was."""
    rows = connection.execute(
        select(LookReview.__table__).where(
            LookReview.authority_id == actor.authority, LookReview.day.between(days.first, days.last)
        )
    ).all()
    names = names_of_accounts(connection, {row.reviewed_by for row in rows})
    return {
        (row.account_id, row.case_id): LookFound(
            row.verdict == "right", row.reason, names[row.reviewed_by], row.reviewed_at
        )
        for row in rows
    }


def _opened(connection: Connection, actor: Actor, days: LookedDays, whose: ColumnElement[bool]) -> list[OpenedCase]:
    begin, end = start_of(days.first), end_of(days.last)
    morning, evening = (datetime.combine(days.last, hour, LONDON) for hour in (MORNING, EVENING))
    is_night = or_(Act.at < morning, Act.at >= evening)
    looker, of_case = aliased(Chain), aliased(Chain)
    found = acts(
        *(Act.chain, Case.id, Case.reference, Case.team_id, Person.family_name),
        func.min(Act.at).label("first_at"),
        func.count().label("times"),
        func.min(case((is_night, Act.at))).label("at_night"),
    )
    rows = connection.execute(
        found.join(looker, looker.name == Act.chain)
        .join(Shown, and_(Shown.chain_id == looker.id, Shown.number == Act.number))
        .join(of_case, of_case.id == Shown.case_id)
        .join(Case, Case.id == func.substr(of_case.name, len(case_chain("")) + 1))
        .join(Person, Person.id == Case.person_id)
        .where(Act.at >= begin, Act.at <= end, Act.kind == "viewed", opened_not_listed(), whose)
        .where(Case.authority_id == actor.authority, is_reviewed_by(actor))
        .group_by(Act.chain, Case.id, Case.reference, Case.team_id, Person.family_name)
        .order_by(func.min(Act.at), Act.chain, Case.id)
    )
    return [_read(row) for row in rows]


def _read(row: NamedRow) -> OpenedCase:
    return OpenedCase(
        account=row.chain.removeprefix(PERSON),
        case=row.id,
        reference=row.reference,
        team=row.team_id,
        family_name=row.family_name,
        first_at=row.first_at,
        times=row.times,
        at_night=row.at_night,
    )


def _unusual(one: OpenedCase, names: Mapping[str, str], *, at_night: bool) -> Unusual:
    at = one.at_night if at_night and one.at_night else one.first_at
    return Unusual(one.account, names[one.account], at, one.times, one.case, one.reference)


def _is_namesake(colleague: str, family_name: str) -> bool:
    """What a colleague is called besides their first name holds a word of the child's family name."""
    return not {*name_words(colleague)[1:]}.isdisjoint(name_words(family_name))


def _without_part(connection: Connection, opened: Sequence[OpenedCase], days: LookedDays) -> Iterator[OpenedCase]:
    looks = [(one.account, one.case, one.team, one.first_at) for one in opened]
    without = [one for one, part in zip(opened, had_part(connection, looks), strict=True) if not part]
    around = LookedDays(days.last + timedelta(days=1), 3)
    acted = _acted_in(connection, {one.case for one in without}, around)
    yield from (one for one in without if one.account not in acted[one.case])


def _acted_in(connection: Connection, cases: Iterable[str], days: LookedDays) -> Mapping[str, set[str]]:
    """By case, who did anything in it in these days."""
    found: dict[str, set[str]] = {one: set() for one in cases}
    chains = {case_chain(one): one for one in found}
    for row in connection.execute(select(Act.chain, Act.body).where(Act.chain.in_(chains), days.holds)):
        found[chains[row.chain]].add(next(entries_of(row.body, None)).actor)
    return found


def _reasons(connection: Connection, actor: Actor, days: LookedDays) -> Mapping[str, str]:
    """What somebody said who was asked why they opened so many, by account."""
    said = acts(Act.chain, Act.body, Payload.body.label("payload"))
    rows = connection.execute(said.where(days.holds, Act.kind == EXPLAINED, of_people(actor)).order_by(Act.at))
    found: dict[str, str] = {}
    for row in rows:
        entry = next(entries_of(row.body, row.payload))
        found[row.chain.removeprefix(PERSON)] = str((entry.payload or {}).get("reason", ""))
    return found


def _many(opened: Sequence[OpenedCase], names: Mapping[str, str], reasons: Mapping[str, str]) -> Iterator[Unusual]:
    cases = Counter(one.account for one in opened)
    first: dict[str, datetime] = {}
    for one in opened:
        first.setdefault(one.account, one.first_at)
    for account, number in cases.most_common():
        if number > MANY or account in reasons:
            why = reasons.get(account, "")
            yield Unusual(account, names[account], first[account], number, None, None, why)


def _at_night(
    connection: Connection, actor: Actor, opened: Sequence[OpenedCase], days: LookedDays
) -> Iterator[OpenedCase]:
    """Who was on duty for any part of the day looked because somebody has to."""
    during = (DutyTurn.starts_at <= end_of(days.last), DutyTurn.ends_at > start_of(days.first))
    on_duty = connection.scalars(
        select(DutyTurn.account_id).where(DutyTurn.authority_id == actor.authority, *during)
    ).all()
    yield from (one for one in opened if one.at_night and one.account not in on_duty)


def _well_known(connection: Connection, opened: Sequence[OpenedCase]) -> Iterator[OpenedCase]:
    """Marked by now: what became known later is looked at for the days before as well."""
    marked = frozenset(connection.scalars(select(WellKnownCase.case_id)))
    yield from (one for one in opened if one.case in marked)
