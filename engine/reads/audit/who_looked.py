"""Who looked at a case or took it out in a file, when, and how: from the chains of those who did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from engine.facts.models import in_force
from engine.people.identity import THE_SYSTEM, Actor
from engine.people.who_knows import must_oversee
from engine.reads.audit.replayed_case import ReplayedCase, replayed_case
from engine.reads.audit.trail import People, people
from engine.record.chain import RecordedEntry, authority_chain, canonical, entries_of, shows
from engine.tables import Act, NamedRow, Payload

PAGE = 50
PERSON = "person:"
# Pages on which a case is one of many; every other one is about the case.
LISTS = (
    "tasks",
    "cases",
    "team",
    "family",
    "share out tasks",
    "what was shared with one",
    "privacy",
    "bars",
    "restricted",
    "break glass",
    "requests for what is held",
)
PAGES = {
    "case": "The case",
    "task": "A task of the case",
    "start": "A form that begins something in the case",
    "replay": "The replay of the case",
    "guidance": "The comparison with the guidance",
    "looks": "Who looked at the case",
    "export": "The form for making an audit pack",
    "retelling": "The page that makes a story of the case",
    "tasks": "A list of tasks",
    "cases": "A list of cases",
    "team": "The work of the team",
    "family": "The page of the family",
    "share out tasks": "The list of tasks to share out",
    "give a task": "The form that gives a task to somebody",
    "what has changed for the child": "What has changed for the child, and where it is recorded",
    "what was shared": "What was shared, and what is wished about that",
    "what was shared with one": "The list of what was shared with one agency",
    "record what was shared": "The form that records what was shared",
    "wish about sharing": "A wish about sharing",
    "people around the child": "The people around the child",
    "somebody around the child": "The form about somebody around the child",
    "privacy": "A list of looks, by reference",
    "bars": "The list of bars",
    "bar": "A bar of the child",
    "restricted": "The list of restricted cases",
    "restriction": "Who may know of the restricted case",
    "break glass": "The list of uses of break glass",
    "use of break glass": "A use of break glass",
    "requests for what is held": "The list of requests for what is held of a child",
    "request for what is held": "A request for what is held of the child",
    "what is held of a child": "What is held of the child, for whoever asked for it",
    "answers to correct": "The form that corrects answers",
    "what rests on a corrected answer": "What rests on a corrected answer",
    "proceeding differently": "The form on which somebody proceeds differently",
    "other steps of a case": "The steps that may be opened or repeated",
    "a request to proceed differently": "A request to proceed differently",
    "a case to open again": "The form that opens a case again",
    "what is said to be wrong": "The form that keeps what somebody says is wrong",
    "who may know of the case": "The form that decides who may know of the case",
}
PACKS = {
    "full": "A whole audit pack was made",
    "redacted": "A redacted audit pack was made",
    "story": "A story without names was made from the case",
}


@dataclass(frozen=True, slots=True)
class Look:
    """`page` in words, or what was made from the case; `listed` where the case was one of many on it."""

    at: datetime
    by: str
    role: str
    page: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """A page of them, newest first. `people` are all who ever looked or made a pack: their accounts, and the names."""

    subject: ReplayedCase
    rows: tuple[Look, ...]
    people: tuple[tuple[str, str], ...]
    person: str
    lists: bool
    total: int
    page: int
    pages: int

    @property
    def cases_shown(self) -> tuple[str, ...]:
        return self.subject.cases_shown


@dataclass(frozen=True, slots=True)
class Watched:
    """What one person saw of a case in a stretch of time: how often it was opened, and how often seen in a list."""

    account: str
    opened: int
    listed: int
    first_at: datetime


Stretch = tuple[datetime, datetime]
"""From one moment to another, both of them in it."""


def looks(
    connection: Connection, actor: Actor, now: datetime, case: str, person: str = "", lists: bool = False, page: int = 1
) -> Looks:
    """Of one person where an account is named. `lists`: also lists in which the case was one of many.

    Raises NotFound, or NotAllowed for who is no auditor.
    """
    must_oversee(connection, actor, case)
    of_case = opened_not_listed()
    everything = and_(shows(case), Act.kind.in_(("viewed", "exported")))
    wanted = everything if lists else and_(everything, of_case)
    if person:
        wanted = and_(wanted, Act.chain == _chain(person, actor))
    total = connection.execute(_of(func.count(), wanted=wanted)).scalar_one()
    pages = max(1, -(-total // PAGE))
    page = min(page, pages)
    newest = (Act.at.desc(), Act.chain, Act.number.desc())
    columns = (Act.body, Payload.body.label("payload"))
    rows = connection.execute(
        _of(*columns, wanted=wanted).order_by(*newest).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    chains = connection.scalars(_of(Act.chain, wanted=everything).group_by(Act.chain)).all()
    everybody = people(connection, in_force(connection, actor.within), (_account(chain) for chain in chains))
    named = sorted(((_account(chain), everybody.name(_account(chain))) for chain in chains), key=lambda one: one[1])
    shown = tuple(_look(row, everybody) for row in rows)
    return Looks(replayed_case(connection, actor, case, now), shown, tuple(named), person, lists, total, page, pages)


def watched(
    connection: Connection, cases: Sequence[str], stretches: Sequence[Stretch]
) -> tuple[tuple[Watched, ...], ...]:
    """For each stretch of time everybody who saw one of the cases in it, in the order in which they first did: one
    query.
    """
    if not stretches:
        return ()
    begin, end = min(begin for begin, _ in stretches), max(end for _, end in stretches)
    wanted = and_(_looked(cases), Act.at >= begin, Act.at <= end)
    rows = connection.execute(_of(Act.chain, Payload.body, Act.at, wanted=wanted).order_by(Act.at, Act.chain)).all()
    lists = _lists()
    looked = [(_account(chain), body in lists, at) for chain, body, at in rows]
    return tuple(_in_stretch(looked, begin, end) for begin, end in stretches)


def _in_stretch(looked: Sequence[tuple[str, bool, datetime]], begin: datetime, end: datetime) -> tuple[Watched, ...]:
    """`looked` has the account, whether it was a list, and the moment, oldest first."""
    found: dict[str, Watched] = {}
    for account, listed, at in looked:
        if begin <= at <= end:
            before = found.get(account, Watched(account, 0, 0, at))
            found[account] = replace(before, opened=before.opened + (not listed), listed=before.listed + listed)
    return tuple(found.values())


def _of(*columns: Any, wanted: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    payload = and_(Payload.chain == Act.chain, Payload.number == Act.number)
    return select(*columns).select_from(Act).outerjoin(Payload, payload).where(wanted)


def _looked(cases: Sequence[str]) -> ColumnElement[bool]:
    return and_(or_(*(shows(case) for case in cases)), Act.kind == "viewed")


def opened_not_listed() -> ColumnElement[bool]:
    """Of an act of looking, joined with its payload: the page was about the case, and no list in which it was one of
    many.
    """
    return or_(Payload.body.is_(None), Payload.body.not_in(_lists()))


def _lists() -> Sequence[bytes]:
    """A look says the page and nothing else, in one way to write it: so the database can tell them apart."""
    return [canonical([{"page": page}]) for page in LISTS]


def _account(chain: str) -> str:
    """What is made at the command line stands in the chain of the authority, and nobody's account made it."""
    return chain.removeprefix(PERSON) if chain.startswith(PERSON) else THE_SYSTEM


def _chain(account: str, reader: Actor) -> str:
    return authority_chain(reader.within) if account == THE_SYSTEM else f"{PERSON}{account}"


def _look(row: NamedRow, everybody: People) -> Look:
    entry = next(entries_of(row.body, row.payload))
    account, page = entry.actor, str((entry.payload or {}).get("page", ""))
    return Look(
        entry.at, everybody.name(account), everybody.role(account, entry.at), page_in_words(entry), page in LISTS
    )


def page_in_words(entry: RecordedEntry) -> str:
    """Which page was looked at, or what was made from the case."""
    if entry.kind == "exported":
        return PACKS.get(str((entry.payload or {}).get("form", "")), "An audit pack was made")
    page = str((entry.payload or {}).get("page", ""))
    return PAGES.get(page, page.replace("_", " ").capitalize() or "A page that is no longer named")
