"""Who works in Ardenmoor: teams of every agency, and one person or more for every role that has an account."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from engine.base.database import Database
from engine.commands.accounts import add_account, add_organisation, add_team
from engine.commands.giving_roles import give_role
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.scenario.names import person_name

AUTHORITY, AUTHORITY_NAME = "ardenmoor", "Ardenmoor"
PEOPLE = Path(__file__).parent / "staff.toml"


def described() -> Mapping[str, Any]:
    """`domain` of the mail addresses, `team` by agency, `person` by role as stories call them."""
    return tomllib.loads(PEOPLE.read_text(encoding="utf-8"))


class Workplace(NamedTuple):
    organisation: str | None
    team: str | None


OUTSIDE = Workplace(None, None)


def found_teams(database: Database, model: Model, now: datetime) -> dict[str, Workplace]:
    """By agency its organisation and team; referrals reach that of the leading agency first."""
    places: dict[str, Workplace] = {}
    by = SYSTEM.at(AUTHORITY)
    for agency in model.agencies.values():
        name = described()["team"].get(agency.id, agency.name)
        organisation = add_organisation(database, by, now, agency.id, agency.name)
        places[agency.id] = Workplace(organisation, add_team(database, by, now, organisation, name, agency.leads))
    return places


def employ(database: Database, model: Model, places: Mapping[str, Workplace], person: str, now: datetime) -> str:
    """The account of a person of the list, with the role, organisation and team."""
    role = model.roles[person_name(person).role]
    name: str = described()["person"][person]
    account = add_account(database, SYSTEM.at(AUTHORITY), now, name, address(name))
    place = places.get(role.agency or "", OUTSIDE)
    give_role(database, SYSTEM.at(AUTHORITY), now, account, role.id, place.organisation, place.team)
    return account


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{described()['domain']}"
