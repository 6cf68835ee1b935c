"""The whole chain of a case, read once, with what is needed to say it in words: processes, models and people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.facts.models import in_force
from engine.process.bundle import Model
from engine.reads.authority.people import names_of_accounts
from engine.reads.case.case_facts import WENT_OVER, ProcessRun, instances, with_earlier_models
from engine.reads.case.done_for import acting
from engine.reads.case.entry_titles import without_account
from engine.reads.case.whole_record import whole_record
from engine.record.chain import RecordedEntry
from engine.record.entry_kind import ACTING_FOR
from engine.tables import Membership


@dataclass(frozen=True, slots=True)
class People:
    """Who is meant by an account. A role is that of the day that is asked about, not of today."""

    names: Mapping[str, str]
    held: Mapping[str, tuple[tuple[str, datetime, datetime | None], ...]]

    def name(self, account: str) -> str:
        return self.names.get(account, account)

    def role(self, account: str, at: datetime) -> str:
        """“Team manager”; empty for whoever held none then."""
        roles = (role for role, begin, end in self.held.get(account, ()) if begin <= at and (end is None or at < end))
        return next(roles, "")


@dataclass(frozen=True, slots=True)
class Trail:
    """`runs` are the processes of the case by the id that the record has for each, oldest first. Of a case that was
    joined to another they have gone on there, and are read here as far as `lines` tell of them.

    `newest` is the model in force, for what belongs to no process. `away` are the colleagues for whom somebody acted,
    by the number of the act.
    """

    case: str
    lines: tuple[RecordedEntry, ...]
    runs: Mapping[str, ProcessRun]
    newest: Model
    people: People
    away: Mapping[int, str]

    def by(self, line: RecordedEntry) -> str:
        """Who did it, and for which colleague who was away."""
        away = self.away.get(line.act)
        return acting(self.people.name(line.actor), self.people.name(away) if away else "")

    @property
    def cases(self) -> tuple[str, ...]:
        """Those of whose chains it is made: this one, and those that were joined to it."""
        return tuple(dict.fromkeys((self.case, *(line.case for line in self.lines if line.case))))

    def ran_on(self, run: ProcessRun) -> tuple[tuple[int, str], ...]:
        """The models of a process, each with the entry from which on it ran on them: those that it was begun on, and
        those that it was carried over to.
        """
        told = (line for line in self.lines if line.instance == run.id and line.kind in WENT_OVER)
        return tuple((line.number, line.bundle or run.model.hash) for line in told) or ((1, run.model.hash),)

    def run(self, line: RecordedEntry) -> ProcessRun | None:
        """The process of an entry, as it was then."""
        run = self.runs.get(line.instance or "")
        return run and run.then(line.number)


def trail(connection: Connection, authority: str, case: str) -> Trail:
    """Always the same number of queries, however long the case is."""
    chain = whole_record(connection, case)
    newest = in_force(connection, authority)
    told = (line.instance for line in chain if line.instance)
    runs = with_earlier_models(connection, instances(connection, case, told), chain)
    away = {line.act: said[ACTING_FOR] for line in chain if ACTING_FOR in (said := line.payload or {})}
    those = (*(line.actor for line in chain), *away.values())
    return Trail(case, chain, runs, newest, people(connection, newest, those), away)


def people(connection: Connection, model: Model, accounts: Iterable[str]) -> People:
    wanted = set(accounts)
    rows = connection.execute(
        select(Membership.account_id, Membership.role, Membership.held_from, Membership.held_until)
        .where(Membership.account_id.in_(wanted))
        .order_by(Membership.held_from, Membership.id)
    )
    held: dict[str, tuple[tuple[str, datetime, datetime | None], ...]] = {}
    for account, role, begin, end in rows:
        name = model.roles[role].name if role in model.roles else role
        held[account] = (*held.get(account, ()), (name, begin, end))
    return People(without_account(model) | names_of_accounts(connection, wanted), held)
