"""Everybody of an authority with an account, by agency and role: what the sign-in page of the demonstration offers."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from engine.facts.models import in_force
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.tables import Account, Membership, NamedRow, Organisation, Team, enabled_at, held_at

OTHER_GROUPS = ("Other agencies", "Oversight and administration")


@dataclass(frozen=True, slots=True)
class Colleague:
    """`place` is the team, for a partner the organisation."""

    account: str
    name: str
    role: str
    place: str


@dataclass(frozen=True, slots=True)
class Roster:
    """`groups` by name, the agency that has the cases first, with their people in the order of the roles."""

    groups: tuple[tuple[str, tuple[Colleague, ...]], ...]
    cases_shown: tuple[str, ...] = ()


def roster(connection: Connection, actor: Actor, now: datetime) -> Roster:
    model = in_force(connection, actor.within)
    order, leading = {role: place for place, role in enumerate(model.roles)}, model.leading_agency
    names = (model.agencies[leading].name.replace("'", "’"), *OTHER_GROUPS)
    rows = connection.execute(
        select(Account.id, Account.name, Membership.role, Organisation.leads)
        .add_columns(Organisation.name.label("organisation"), Team.name.label("team"))
        .join(Membership, Membership.account_id == Account.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Account.authority_id == actor.within, enabled_at(now), held_at(now))
        .order_by(Account.name, Account.id)
    )
    people = sorted(rows.all(), key=lambda row: (_group(row.leads), order.get(row.role, len(order))))
    return Roster(
        tuple(
            (names[group], tuple(_colleague(model, row) for row in members))
            for group, members in groupby(people, key=lambda row: _group(row.leads))
        )
    )


def _group(leads: bool | None) -> int:
    """None outside the agencies."""
    return 2 if leads is None else 0 if leads else 1


def _colleague(model: Model, row: NamedRow) -> Colleague:
    """A role that the models in force no longer have is still held."""
    role = model.roles[row.role].name if row.role in model.roles else row.role
    return Colleague(row.id, row.name, role, (row.team if row.leads else row.organisation) or "")
