"""Who works in Ardenmoor: teams of every agency, and one person or more for every role that has an account."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.base.database import Database
from engine.commands.accounts import add_account, add_agency, add_team, give_role
from engine.people.identity import SOCIAL_CARE, SYSTEM
from engine.process.bundle import Model
from engine.scenario.names import person_name

PEOPLE = Path(__file__).parent / "staff.toml"


def described() -> Mapping[str, Any]:
    """`domain` of the mail addresses, `team` by agency, `person` by role as stories call them."""
    return tomllib.loads(PEOPLE.read_text(encoding="utf-8"))


def found_teams(database: Database, model: Model, now: datetime) -> dict[str, str]:
    """Every agency with its team, by agency; referrals reach that of social care first."""
    teams: dict[str, str] = {}
    for agency in model.agencies.values():
        name = described()["team"].get(agency.id, agency.name)
        add_agency(database, SYSTEM, now, agency.id, agency.name)
        teams[agency.id] = add_team(database, SYSTEM, now, agency.id, name, agency.id == SOCIAL_CARE)
    return teams


def employ(database: Database, model: Model, teams: Mapping[str, str], person: str, now: datetime) -> str:
    """The account of a person of the list, with the role, agency and team."""
    role = model.roles[person_name(person).role]
    name: str = described()["person"][person]
    account = add_account(database, SYSTEM, now, name, address(name))
    give_role(database, SYSTEM, now, account, role.id, role.agency, teams.get(role.agency or ""))
    return account


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{described()['domain']}"
