"""Somebody acts for a colleague who is away: who may say so, who may be chosen, what speaks against it, who does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select
from sqlalchemy.orm import aliased

from engine.facts.managing import teams_managed
from engine.forms.findings import Finding
from engine.forms.questions import Schema
from engine.people.identity import ADMINISTRATOR, Actor
from engine.tables import Account, Cover, Membership, Organisation, Team, enabled_at, held_at
from engine.timescales.calendar import day_of, end_of, start_of, typed_day

_AWAY, _COLLEAGUE = aliased(Account), aliased(Membership)
LONGEST = timedelta(days=366)
"""Longer is no absence, but a change of roles."""


@dataclass(frozen=True, slots=True)
class CoveredTeam:
    """A team in which somebody works who may be away. `colleagues` are names by account: whoever works in the same
    organisation, and so may act there.
    """

    team: str
    name: str
    organisation: str
    colleagues: Mapping[str, str]


def who_acts(connection: Connection, team: str, now: datetime) -> Mapping[str, tuple[str, ...]]:
    """By the account of whoever is away and works in the team: who acts for them there at this moment. They hold what
    the other holds (`engine.people.identity`), so that what is told to the one is for both.
    """
    works_there = exists().where(
        *(_COLLEAGUE.account_id == Cover.covering_id, _COLLEAGUE.organisation_id == Membership.organisation_id),
        held_at(now, _COLLEAGUE),
    )
    rows = connection.execute(
        select(Cover.absent_id, Cover.covering_id)
        .distinct()
        .join(Account, Account.id == Cover.covering_id)
        .join(_AWAY, _AWAY.id == Cover.absent_id)
        .join(Membership, and_(Membership.account_id == Cover.absent_id, Membership.team_id == Cover.team_id))
        .where(Cover.team_id == team, Cover.held_from < now, Cover.held_until > now, held_at(now))
        .where(enabled_at(now), enabled_at(now, _AWAY), works_there)
        .order_by(Cover.absent_id, Cover.covering_id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row.absent_id] = (*found.get(row.absent_id, ()), row.covering_id)
    return found


def teams_to_cover(connection: Connection, actor: Actor, now: datetime, absent: str) -> tuple[CoveredTeam, ...]:
    """Those of the person for which the actor may say who acts for them: all for an administrator and for the person,
    else the teams that the actor manages. None where the person works in none, or there is no such person.

    Nobody makes themselves the one who acts, but who manages the team: a right that one takes is no right.
    """
    rows = connection.execute(
        select(Team.id, Team.name, Team.organisation_id, Organisation.name.label("organisation"))
        .distinct()
        .join(Membership, Membership.team_id == Team.id)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.account_id == absent, Account.authority_id == actor.within, enabled_at(now))
        .where(or_(Membership.held_until.is_(None), Membership.held_until > now))
        .order_by(Organisation.name, Team.name, Team.id)
    ).all()
    for_all = actor.is_system or ADMINISTRATOR in actor.roles or actor.account == absent
    managed = teams_managed(connection, actor, in_own_right=True)
    found: list[CoveredTeam] = []
    for row in rows:
        if for_all or row.id in managed:
            left_out = {absent} | ({actor.account} if row.id not in managed else set[str | None]())
            people = _colleagues(connection, row.organisation_id, now)
            people = {account: name for account, name in people.items() if account not in left_out}
            found.append(CoveredTeam(row.id, row.name, row.organisation, people))
    return tuple(found)


def _colleagues(connection: Connection, organisation: str, now: datetime) -> dict[str, str]:
    rows = connection.execute(
        select(Account.id, Account.name)
        .distinct()
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.organisation_id == organisation, held_at(now), enabled_at(now))
        .order_by(Account.name, Account.id)
    )
    return {row.id: row.name for row in rows}


def people_of(connection: Connection, actor: Actor, now: datetime) -> dict[str, str]:
    """Names by account of whoever works in a team that the actor manages, without the actor."""
    rows = connection.execute(
        select(Account.id, Account.name)
        .distinct()
        .join(Membership, and_(Membership.account_id == Account.id, held_at(now)))
        .where(
            Membership.team_id.in_(teams_managed(connection, actor, in_own_right=True)),
            enabled_at(now),
            Account.id != actor.account,
        )
        .order_by(Account.name, Account.id)
    )
    return {row.id: row.name for row in rows}


def cover_form(teams: Sequence[CoveredTeam]) -> Schema:
    """Which team is asked where there are several."""
    colleagues = {account: name for team in teams for account, name in team.colleagues.items()}
    asked: Schema = {
        "covering": {"type": "string", "title": "Who acts for them?", "oneOf": _choices(colleagues)},
        "first_day": {
            "type": "string",
            "format": "date",
            "title": "First day",
            "description": "Leave it empty to begin now.",
        },
        "last_day": {"type": "string", "format": "date", "title": "Last day"},
    }
    if len(teams) > 1:
        named = {team.team: f"{team.organisation}: {team.name}" for team in teams}
        asked = {"team": {"type": "string", "title": "In which team?", "oneOf": _choices(named)}, **asked}
    required = [name for name in asked if name != "first_day"]
    return {"title": "Say who acts for them", "properties": asked, "required": required}


def _choices(named: Mapping[str, str]) -> list[Schema]:
    return [{"const": value, "title": words} for value, words in named.items()]


def chosen_team(teams: Sequence[CoveredTeam], answers: Mapping[str, Any]) -> CoveredTeam | None:
    if len(teams) == 1:
        return teams[0]
    return next((one for one in teams if one.team == answers.get("team")), None)


def moments(answers: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime] | None:
    """From when until when; None where the last day is no date."""
    first, last = typed_day(answers.get("first_day")), typed_day(answers.get("last_day"))
    if last is None:
        return None
    return (start_of(first) if first and first > day_of(now) else now, end_of(last))


def speaks_against_cover(
    connection: Connection, teams: Sequence[CoveredTeam], absent: str, now: datetime, answers: Mapping[str, Any]
) -> Iterator[Finding]:
    """What is no date or no choice at all is said by the form."""
    team, span, today = chosen_team(teams, answers), moments(answers, now), day_of(now)
    if team and answers.get("covering") and answers["covering"] not in team.colleagues:
        yield Finding(("covering",), f"Choose somebody who works at {team.organisation}")
    first = typed_day(answers.get("first_day"))
    if first and first < today:
        yield Finding(("first_day",), "First day must be today or in the future")
    elif span and span[1] <= max(span[0], now):
        yield Finding(("last_day",), "Last day must be today or later, and not before the first day")
    elif span and span[1] - span[0] > LONGEST:
        yield Finding(("last_day",), "Last day must be within a year: for longer, give a role instead")
    elif span and team and (other := _at_that_time(connection, absent, team.team, span)):
        yield Finding(("first_day",), f"{other} acts for them already in that time")


def _at_that_time(connection: Connection, absent: str, team: str, span: tuple[datetime, datetime]) -> str | None:
    return connection.scalar(
        select(Account.name)
        .join(Cover, Cover.covering_id == Account.id)
        .where(Cover.absent_id == absent, Cover.team_id == team)
        .where(Cover.held_from < span[1], Cover.held_until > span[0], Cover.held_until > Cover.held_from)
        .limit(1)
    )
