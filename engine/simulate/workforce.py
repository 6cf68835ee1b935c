"""Who works in a simulated authority: as many of each role as its cases need, and who of them does a task."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from math import ceil
from random import Random

from sqlalchemy import Connection, select

from engine.base.database import Database
from engine.commands.accounts import add_account, add_organisation, add_team
from engine.commands.giving_roles import give_role
from engine.facts.own_work import why_not_judge
from engine.people.identity import PUBLIC, SYSTEM, Actor, actor
from engine.process.bundle import Model
from engine.process.role_table import Role
from engine.simulate.chance import stream
from engine.simulate.families import invented
from engine.simulate.open_work import WaitingTask
from engine.simulate.rates import Rates
from engine.tables import Account, Membership, Organisation, Team

# By RFC 2606 no mail can ever reach it, and no real account can have it.
MAIL_DOMAIN = "simulated.invalid"


def heads(rates: Rates, model: Model, children_a_year: float) -> dict[str, int]:
    """How many people hold each role that has accounts."""
    open_cases = children_a_year * rates.staff["years_open"]
    each: Mapping[str, int] = rates.staff["each"]
    least: int = rates.staff["other"]
    return {
        role.id: max(least, ceil(open_cases / each[role.id]) if role.id in each else least)
        for role in model.roles.values()
        if role.account
    }


def employ(database: Database, model: Model, authority: str, heads_of: Mapping[str, int], now: datetime) -> None:
    """Organisations, teams and accounts, as far as they are not there yet: a set-up that was cut short goes on."""
    places = _places(database, model, authority, now)
    with database.read() as connection:
        ours = select(Account.email, Account.id, Membership.id.label("held")).outerjoin(Membership)
        there = {row.email: row for row in connection.execute(ours.where(Account.authority_id == authority))}
    names = _names(authority, sum(heads_of.values()))
    system = SYSTEM.at(authority)
    for role, count in heads_of.items():
        for number in range(1, count + 1):
            name, email = names.pop(), _address(authority, role, number)
            known = there.get(email)
            account = known.id if known else add_account(database, system, now, name, email)
            if known is None or known.held is None:
                organisation, team = places.get(model.roles[role].agency or "", (None, None))
                give_role(database, system, now, account, role, organisation, team)


def _places(
    database: Database, model: Model, authority: str, now: datetime
) -> dict[str, tuple[str | None, str | None]]:
    """By agency its organisation and team; referrals reach that of the leading agency first."""
    with database.read() as connection:
        ours = select(Organisation.agency, Organisation.id, Team.id.label("team"))
        ours = ours.outerjoin(Team, Team.organisation_id == Organisation.id)
        there = {row.agency: row for row in connection.execute(ours.where(Organisation.authority_id == authority))}
    system = SYSTEM.at(authority)
    places: dict[str, tuple[str | None, str | None]] = {}
    for agency in model.agencies.values():
        known = there.get(agency.id)
        organisation = known.id if known else add_organisation(database, system, now, agency.id, agency.name)
        team = known.team if known else None
        team = team or add_team(database, system, now, organisation, f"{agency.name} team", agency.leads)
        places[agency.id] = organisation, team
    return places


def _names(authority: str, count: int) -> list[str]:
    """Each once: an order by names is then one that does not hang on random identifiers."""
    lists = invented()
    every = [f"{given} {family}" for given in lists["given_names"] for family in lists["family_names"]]
    return stream(authority, "names of the staff").sample(every, count)


def _address(authority: str, role: str, number: int) -> str:
    return f"{role}.{number}@{authority}.{MAIL_DOMAIN}"


class Workforce:
    """The people of one authority by role, in one order. What they hold does not change while a caseload runs."""

    def __init__(self, database: Database, authority: str) -> None:
        self._database, self._authority = database, authority
        self._known: dict[str, Actor] = {}

    @cached_property
    def by_role(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        held = select(Membership.role, Account.id).join(Account, Account.id == Membership.account_id)
        with self._database.read() as connection:
            for role, account in connection.execute(
                held.where(Account.authority_id == self._authority).order_by(Account.name)
            ):
                found.setdefault(role, []).append(account)
        return found

    def known(self, account: str, now: datetime) -> Actor:
        if account not in self._known:
            with self._database.read() as connection:
                self._known[account] = actor(connection, account, now)
        return replace(self._known[account], moment=now)

    def of_role(self, random: Random, role: Role | None, now: datetime) -> Actor:
        """Somebody who holds it; the public, where nobody can."""
        people = self.by_role.get(role.id, ()) if role else ()
        return self.known(random.choice(people), now) if people else PUBLIC.at(self._authority)

    def doing(
        self, connection: Connection, model: Model, random: Random, task: WaitingTask, now: datetime, *, lead: bool
    ) -> Actor | None:
        """Who does a task: who has taken it, the lead of the case, or anybody of its role or a further one, whoever of
        them is not to judge their own work. None where there is nobody.
        """
        if task.owner:
            return self.known(task.owner, now)
        people = list(self.by_role.get(task.role, ()))
        random.shuffle(people)
        if lead and task.lead in people:
            people.insert(0, task.lead)
        further = [account for role in task.also for account in self.by_role.get(role, ())]
        fitting = (one for one in (*people, *further) if not why_not_judge(connection, model, task.subject, one))
        account = next(fitting, None)
        return self.known(account, now) if account else None
