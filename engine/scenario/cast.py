"""The people of a story: one for each role that a step names, made when first named, each in the team of the agency."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from engine.base.database import Database
from engine.commands.accounts import add_account, add_agency, add_team, give_role
from engine.people.identity import PUBLIC, SYSTEM, Actor, Held
from engine.people.identity import actor as actor_of
from engine.process.bundle import Model, Role
from engine.scenario.names import PersonName, person_name
from engine.tables import Account, Agency, Team

# By RFC 2606 no mail can ever reach it, and no real account can have it.
MAIL_DOMAIN = "scenario.invalid"


class Cast:
    """`accounts` maps names of people to accounts that exist already: "social_worker.2" -> account id."""

    def __init__(self, database: Database, model: Model, accounts: Mapping[str, str] | None = None) -> None:
        self._database = database
        self._model = model
        self._accounts = {person_name(name): account for name, account in (accounts or {}).items()}

    def open_agencies(self, now: datetime) -> None:
        """Every agency with one team; that of the agency that has the cases is the one that referrals reach. What
        exists stays.
        """
        with self._database.read() as connection:
            agencies = set(connection.scalars(select(Agency.id)))
            teams = set(connection.scalars(select(Team.agency_id)))
        for agency in self._model.agencies.values():
            if agency.id not in agencies:
                add_agency(self._database, SYSTEM, now, agency.id, agency.name)
            if agency.id not in teams:
                add_team(self._database, SYSTEM, now, agency.id, f"{agency.name} team", agency.leads)

    def actor(self, written: str, now: datetime) -> Actor:
        """Whoever `social_worker.2` is, with the roles held now."""
        role = self._model.roles[person_name(written).role]
        if not role.account:
            return PUBLIC if role.id in PUBLIC.roles else Actor(None, role.name, (Held(role.id, None, None),))
        account = self.account(written, now)
        with self._database.read() as connection:
            return actor_of(connection, account, now)

    def account(self, written: str, now: datetime) -> str:
        person = person_name(written)
        if person not in self._accounts:
            email = f"{person.role}.{person.number}@{MAIL_DOMAIN}"
            self._accounts[person] = self._account_with(email) or self._make(person, email, now)
        return self._accounts[person]

    def _account_with(self, email: str) -> str | None:
        with self._database.read() as connection:
            return connection.scalar(select(Account.id).where(Account.email == email))

    def _make(self, person: PersonName, email: str, now: datetime) -> str:
        role = self._model.roles[person.role]
        name = role.name if person.number == 1 else f"{role.name} {person.number}"
        account = add_account(self._database, SYSTEM, now, name, email)
        give_role(self._database, SYSTEM, now, account, role.id, role.agency, self._team(role))
        return account

    def _team(self, role: Role) -> str | None:
        statement = select(Team.id).where(Team.agency_id == role.agency).order_by(Team.duty.desc(), Team.id).limit(1)
        with self._database.read() as connection:
            return connection.scalar(statement)
