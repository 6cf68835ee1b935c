"""What is asked where a case goes to another team, and who may decide it."""

from datetime import datetime

from sqlalchemy import Connection, exists, select

from engine.facts.managing import manages
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.tables import Account, Membership, Organisation, Team, enabled_at, held_at


def may_move_case(actor: Actor, model: Model, team: str) -> bool:
    """Who manages the team that has the case."""
    return actor.is_system or manages(actor, model, team)


def teams_to_move_to(connection: Connection, authority: str, team: str, now: datetime) -> dict[str, str]:
    """Names by team: the others of the organisations that have cases, in which somebody works."""
    works = exists().where(
        *(Membership.team_id == Team.id, held_at(now), Account.id == Membership.account_id, enabled_at(now))
    )
    rows = connection.execute(
        select(Team.id, Team.name)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Team.authority_id == authority, Organisation.leads, Team.id != team, works)
        .order_by(Team.name, Team.id)
    )
    return {row.id: row.name for row in rows}


def move_form(teams: dict[str, str]) -> Schema:
    choices = [{"const": team, "title": name} for team, name in teams.items()]
    return {
        "title": "Move this case to another team",
        "properties": {
            "team": {"type": "string", "title": "Which team has it from now on?", "oneOf": choices},
            "reason": {
                "type": "string",
                "title": "Why?",
                "description": "This is kept with the case.",
                "maxLength": 500,
                "x-ui": {"kind": "long_text", "rows": 3},
            },
        },
        "required": ["team", "reason"],
    }
