"""Looks as those review them who know of no case by that: who looked, at which cases by their references, when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, select

from engine.base.errors import RefusalCode
from engine.base.numbers import reference_as_kept
from engine.people.identity import Actor
from engine.reads.audit.looks_of_days import (
    PERSON,
    LookedDays,
    acts,
    cases_of,
    is_reviewed_by,
    is_said_to,
    must_review,
    of_people,
    of_person,
    person_named,
    reference_of,
    says_something_to,
)
from engine.reads.audit.who_looked import page_in_words
from engine.reads.authority.people import names_of_accounts
from engine.reads.list_page import PAGE, ListPart, Wanted, listed, part_of
from engine.record.chain import RecordedEntry, entries_of, shows
from engine.tables import Act, Case, Chain, Payload, Shown, WellKnownCase

LOOKED = ("viewed", "exported")
_NEWEST = (Act.at.desc(), Act.chain, Act.number.desc())
_MEANING = {code.value: code.meaning for code in RefusalCode}
BY_COMMAND = {"_look": "opening a page", "sign_in": "signing in"}


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One look: `cases` by id and reference."""

    at: datetime
    account: str
    by: str
    page: str
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LooksOfPerson:
    account: str
    name: str
    days: LookedDays
    part: ListPart[Reviewed]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(case for one in self.part.rows for case, _ in one.cases))


@dataclass(frozen=True, slots=True)
class LooksAtCase:
    """`well_known`: since when the case is marked so."""

    case: str
    reference: str
    days: LookedDays
    part: ListPart[Reviewed]
    well_known: datetime | None

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return (self.case,)


@dataclass(frozen=True, slots=True)
class Looker:
    """How often somebody looked in the days that were asked for, and how many cases were on the pages."""

    account: str
    name: str
    looks: int
    cases: int


@dataclass(frozen=True, slots=True)
class Lookers:
    days: LookedDays
    part: ListPart[Looker]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """What somebody with an account was refused: what they wanted, and why not, in words."""

    at: datetime
    account: str
    by: str
    wanted: str
    why: str


@dataclass(frozen=True, slots=True)
class RefusedAttempts:
    days: LookedDays
    part: ListPart[Refused]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrivacyStart:
    """The newest cases that are marked as well known: by id and reference, with since when."""

    well_known: tuple[tuple[str, str, datetime], ...]

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return tuple(case for case, _, _ in self.well_known)


def privacy_start(connection: Connection, actor: Actor, _now: datetime) -> PrivacyStart:
    """Raises NotAllowed for who reviews no looks."""
    must_review(actor)
    rows = connection.execute(
        select(Case.id, Case.reference, WellKnownCase.since)
        .join(Case, Case.id == WellKnownCase.case_id)
        .where(Case.authority_id == actor.authority, is_reviewed_by(actor))
        .order_by(WellKnownCase.since.desc(), Case.reference)
        .limit(PAGE)
    )
    return PrivacyStart(tuple((row.id, row.reference, row.since) for row in rows))


def lookers(connection: Connection, actor: Actor, _now: datetime, days: LookedDays, page: int) -> Lookers:
    """Everybody but the reader who looked in these days, whoever saw most cases first. Raises NotAllowed."""
    must_review(actor)
    cases = func.count(case((is_said_to(actor), Shown.case_id)).distinct())
    statement = (
        select(Act.chain, func.count(Act.number.distinct()).label("looks"), cases.label("cases"))
        .join(Chain, Chain.name == Act.chain)
        .outerjoin(Shown, (Shown.chain_id == Chain.id) & (Shown.number == Act.number))
        .where(days.holds, Act.kind.in_(LOOKED), of_people(actor), says_something_to(actor))
        .group_by(Act.chain)
        .order_by(cases.desc(), Act.chain)
    )
    part = part_of(connection.execute(statement).all(), Wanted("lookers", page))
    names = names_of_accounts(connection, [_account(row.chain) for row in part.rows])
    of = [Looker(_account(row.chain), names[_account(row.chain)], row.looks, row.cases) for row in part.rows]
    return Lookers(days, part.showing(of))


def looks_of_person(
    connection: Connection, actor: Actor, _now: datetime, account: str, days: LookedDays, page: int
) -> LooksOfPerson:
    """The newest first. Raises NotFound for nobody of this authority, NotAllowed for the reader's own and for who
    reviews no looks.
    """
    must_review(actor)
    name = person_named(connection, actor, account)
    wanted = (days.holds, Act.kind.in_(LOOKED), of_person(account))
    return LooksOfPerson(account, name, days, _looks(connection, actor, page, *wanted))


def looks_at_case(
    connection: Connection, actor: Actor, _now: datetime, case: str, days: LookedDays, page: int
) -> LooksAtCase:
    """By everybody but the reader, also in lists in which it was one of many; the newest first. Of other cases on the
    same page nothing is said. Raises NotFound, NotAllowed.
    """
    must_review(actor)
    reference = reference_of(connection, actor, case)
    wanted = (shows(case), days.holds, Act.kind.in_(LOOKED), of_people(actor))
    part = _looks(connection, actor, page, *wanted)
    since = connection.scalar(select(WellKnownCase.since).where(WellKnownCase.case_id == case))
    return LooksAtCase(case, reference, days, part, since)


def refused_attempts(
    connection: Connection, actor: Actor, _now: datetime, days: LookedDays, page: int
) -> RefusedAttempts:
    """What anybody but the reader was not allowed or did not find, wrong passwords included; the newest first. Raises
    NotAllowed.
    """
    must_review(actor)
    statement = acts(Act.chain, Act.number, Act.body, Payload.body.label("payload"))
    statement = statement.where(days.holds, Act.kind == "refused", of_people(actor))
    part = listed(connection, statement.order_by(*_NEWEST), Wanted("refused", page))
    names = names_of_accounts(connection, [_account(row.chain) for row in part.rows])
    of = (_refused(next(entries_of(row.body, row.payload)), names) for row in part.rows)
    return RefusedAttempts(days, part.showing(of))


def case_of_reference(connection: Connection, actor: Actor, _now: datetime, reference: str) -> str:
    """The id of the case, for an address; empty where there is none of this reference. Raises NotAllowed."""
    must_review(actor)
    named = (Case.reference == reference_as_kept(reference), Case.authority_id == actor.authority)
    return connection.scalar(select(Case.id).where(*named, is_reviewed_by(actor))) or ""


def _looks(connection: Connection, actor: Actor, page: int, *wanted: ColumnElement[bool]) -> ListPart[Reviewed]:
    statement = acts(Act.chain, Act.number, Act.body, Payload.body.label("payload"))
    statement = statement.where(*wanted, says_something_to(actor))
    part = listed(connection, statement.order_by(*_NEWEST), Wanted("looks", page))
    cases = cases_of(connection, actor, [(row.chain, row.number) for row in part.rows])
    names = names_of_accounts(connection, [_account(row.chain) for row in part.rows])
    return part.showing(
        _reviewed(next(entries_of(row.body, row.payload)), names, tuple(cases.get((row.chain, row.number), ())))
        for row in part.rows
    )


def _reviewed(entry: RecordedEntry, names: Mapping[str, str], cases: tuple[tuple[str, str], ...]) -> Reviewed:
    account = _account(entry.chain)
    return Reviewed(entry.at, account, names[account], page_in_words(entry), cases)


def _account(chain: str) -> str:
    return chain.removeprefix(PERSON)


def _refused(entry: RecordedEntry, names: Mapping[str, str]) -> Refused:
    said = entry.payload or {}
    account, command = _account(entry.chain), str(said.get("command", ""))
    wanted = BY_COMMAND.get(command, command.replace("_", " "))
    code = str(said.get("code", ""))
    return Refused(entry.at, account, names[account], wanted, _MEANING.get(code, code.replace("_", " ")))
