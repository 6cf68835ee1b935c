"""The organisations that work together here and their teams, as an administrator sees them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.base.errors import NotFound
from engine.facts.models import in_force
from engine.facts.people_forms import name_form, organisation_form
from engine.people.identity import ADMINISTRATOR, Actor
from engine.people.who_may import must_hold
from engine.reads.task.form_view import FormView, asked_plainly
from engine.tables import Account, Membership, Organisation, Team, enabled_at, held_at


@dataclass(frozen=True, slots=True)
class TeamRow:
    """`people` counts those who hold a role in it now. `duty`: referrals reach it first."""

    team: str
    name: str
    duty: bool
    people: int


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """`kind` is the agency's name. `people` counts those who hold a role in it now, each once."""

    organisation: str
    name: str
    kind: str
    leads: bool
    people: int
    teams: tuple[TeamRow, ...]


@dataclass(frozen=True, slots=True)
class Organisations:
    """The one that has the cases first, then by name."""

    rows: tuple[OrganisationRow, ...]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationForm:
    """What is asked about `organisation`, or about `team` of it; about neither where one is added."""

    form: FormView
    organisation: OrganisationRow | None = None
    team: TeamRow | None = None
    cases_shown: tuple[str, ...] = ()


def organisations(connection: Connection, actor: Actor, now: datetime) -> Organisations:
    """Raises NotAllowed for who does not administer."""
    must_hold(actor, [ADMINISTRATOR])
    return Organisations(organisation_rows(connection, actor.within, now))


def organisation_rows(connection: Connection, authority: str, now: datetime) -> tuple[OrganisationRow, ...]:
    kinds = in_force(connection, authority).agencies
    here = (Account.authority_id == authority, held_at(now), enabled_at(now))
    of_organisation, of_team = Counter[str](), Counter[str]()
    number = func.count(Membership.account_id.distinct()).label("people")
    for column, counter in ((Membership.organisation_id, of_organisation), (Membership.team_id, of_team)):
        counted = select(column.label("of"), number).join(Account, Account.id == Membership.account_id)
        counter.update({row.of: row.people for row in connection.execute(counted.where(*here).group_by(column))})
    teams: dict[str, list[TeamRow]] = defaultdict(list)
    columns = (Team.id, Team.organisation_id, Team.name, Team.duty)
    for row in connection.execute(select(*columns).where(Team.authority_id == authority).order_by(Team.name)):
        teams[row.organisation_id].append(TeamRow(row.id, row.name, row.duty, of_team[row.id]))
    rows = connection.execute(
        select(Organisation.id, Organisation.name, Organisation.agency, Organisation.leads)
        .where(Organisation.authority_id == authority)
        .order_by(Organisation.leads.desc(), Organisation.name, Organisation.id)
    )
    return tuple(
        OrganisationRow(
            organisation=row.id,
            name=row.name,
            kind=kinds[row.agency].name if row.agency in kinds else row.agency,
            leads=row.leads,
            people=of_organisation[row.id],
            teams=tuple(teams[row.id]),
        )
        for row in rows
    )


def new_organisation(connection: Connection, actor: Actor, _now: datetime) -> OrganisationForm:
    """Raises NotAllowed."""
    must_hold(actor, [ADMINISTRATOR])
    return OrganisationForm(asked_plainly(organisation_form(in_force(connection, actor.within)), {}))


def organisation_to_rename(connection: Connection, actor: Actor, now: datetime, organisation: str) -> OrganisationForm:
    """Raises NotAllowed, NotFound."""
    row = _organisation(connection, actor, now, organisation)
    return OrganisationForm(asked_plainly(name_form("Rename an organisation"), {"name": row.name}), row)


def new_team(connection: Connection, actor: Actor, now: datetime, organisation: str) -> OrganisationForm:
    """Raises NotAllowed, NotFound."""
    row = _organisation(connection, actor, now, organisation)
    return OrganisationForm(asked_plainly(name_form("Add a team"), {}), row)


def team_to_change(connection: Connection, actor: Actor, now: datetime, team: str) -> OrganisationForm:
    """Raises NotAllowed, NotFound."""
    for row in organisations(connection, actor, now).rows:
        for one in row.teams:
            if one.team == team:
                return OrganisationForm(asked_plainly(name_form("Rename a team"), {"name": one.name}), row, one)
    raise NotFound


def _organisation(connection: Connection, actor: Actor, now: datetime, organisation: str) -> OrganisationRow:
    rows = organisations(connection, actor, now).rows
    found = next((row for row in rows if row.organisation == organisation), None)
    if found is None:
        raise NotFound
    return found
