"""The people of a story: one for each role that a step names, made when first named, each in the team of the agency."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from engine.base.database import Database
from engine.commands.accounts import add_account, add_organisation, add_team
from engine.commands.giving_roles import give_role
from engine.people.identity import SYSTEM, Actor, without_account
from engine.people.identity import actor as actor_of
from engine.process.bundle import Model
from engine.process.role_table import Role
from engine.scenario.names import PersonName, person_name
from engine.tables import Account, Organisation, Team

# By RFC 2606 no mail can ever reach it, and no real account can have it.
MAIL_DOMAIN = "scenario.invalid"


class Cast:
    """`accounts` maps names of people to accounts that exist already: "social_worker.2" -> account id."""

    def __init__(
        self, database: Database, authority: str, model: Model, accounts: Mapping[str, str] | None = None
    ) -> None:
        self.authority = authority
        self._system = SYSTEM.at(authority)
        self._database = database
        self._model = model
        self._accounts = {person_name(name): account for name, account in (accounts or {}).items()}

    def open_agencies(self, now: datetime) -> None:
        """An organisation of every agency, with one team: that of the leading agency is the one that referrals reach.

        What exists stays.
        """
        ours = select(Organisation.agency, Organisation.id).where(Organisation.authority_id == self.authority)
        with self._database.read() as connection:
            organisations = {row.agency: row.id for row in connection.execute(ours)}
            teams = set(connection.scalars(select(Team.organisation_id).where(Team.authority_id == self.authority)))
        for agency in self._model.agencies.values():
            organisation = organisations.get(agency.id) or add_organisation(
                self._database, self._system, now, agency.id, agency.name
            )
            if organisation not in teams:
                add_team(self._database, self._system, now, organisation, f"{agency.name} team", agency.leads)

    def go_by(self, model: Model, now: datetime) -> None:
        """From now on by these, which may have roles and agencies that there were not."""
        self._model = model
        self.open_agencies(now)

    def actor(self, written: str, now: datetime) -> Actor:
        """Whoever `social_worker.2` is, with the roles held now."""
        role = self._model.roles.get(person_name(written).role)
        if role is not None and not role.account:
            return without_account(role.id, role.name, self.authority)
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
        account = add_account(self._database, self._system, now, name, email)
        organisation, team = self._place(role)
        give_role(self._database, self._system, now, account, role.id, organisation, team)
        return account

    def _place(self, role: Role) -> tuple[str | None, str | None]:
        """The organisation and the team of the role's agency; neither for a role outside the agencies."""
        statement = (
            select(Organisation.id, Team.id)
            .outerjoin(Team, Team.organisation_id == Organisation.id)
            .where(Organisation.authority_id == self.authority, Organisation.agency == role.agency)
            .order_by(Team.duty.desc(), Organisation.id, Team.id)
            .limit(1)
        )
        with self._database.read() as connection:
            found = connection.execute(statement).one_or_none()
        return (found[0], found[1]) if found else (None, None)
