"""A new account, its roles, and the organisation and team of each, in one transaction: all of it is there, or none."""

from collections.abc import Collection
from dataclasses import dataclass

from engine.commands.accounts import new_account, new_organisation, new_team
from engine.commands.giving_roles import new_membership
from engine.facts.models import in_force
from engine.facts.people_forms import AskedRole
from engine.people.command import CommandRight, Work, command
from engine.process.role_table import AgencyKind
from engine.reads.authority.administration import organisation_of, teams_of


@dataclass(frozen=True, slots=True)
class NamedTeam:
    """Without an organisation the first of the agency is meant."""

    organisation: str | None
    team: str


@command(may=CommandRight.SYSTEM)
def enrol(
    work: Work, name: str, email: str, password_hash: str | None, roles: Collection[str], named: NamedTeam | None
) -> str:
    """The account's id. Each role of an agency is held in the named team; what is not there of that name is made, and
    the first team of the agency that has the cases is the duty team.

    Raises as `new_account` and `new_membership`.
    """
    model = in_force(work.connection, work.authority)
    account = new_account(work, name, email, password_hash)
    for role in roles:
        agency = model.roles[role].agency if role in model.roles else None
        organisation, team = _place(work, agency, model.agencies[agency], named) if agency and named else (None, None)
        new_membership(work, account, AskedRole(role, organisation, team, None, None))
    return account


def _place(work: Work, agency: str, kind: AgencyKind, named: NamedTeam) -> tuple[str, str]:
    """Organisation and team, by id."""
    known = organisation_of(work.connection, work.authority, agency, named.organisation)
    organisation = known or new_organisation(work, agency, named.organisation or kind.name)
    teams = teams_of(work.connection, organisation)
    team = teams.get(named.team)
    return organisation, team or new_team(work, organisation, named.team, kind.leads and not teams)
