"""What is asked where an administrator sets up people, and what speaks against it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.forms.findings import Finding
from engine.forms.questions import Schema
from engine.people.identity import PATHWAY_APPROVER, PATHWAY_WRITER, PROCESS_OWNER
from engine.process.bundle import Model
from engine.tables import Organisation, Team
from engine.timescales.calendar import day_of, end_of, start_of, typed_day

LONGEST_NAME, LONGEST_ADDRESS = 200, 254
# The product itself needs these; models that do not name them are asked for them all the same.
NO_ROLE = "none"
STUDIO_NAMES = {
    PROCESS_OWNER: "Process owner",
    PATHWAY_WRITER: "Pathway writer",
    PATHWAY_APPROVER: "Pathway approver",
}
_NAME: Schema = {"type": "string", "title": "Name", "maxLength": LONGEST_NAME}
_PERSON: Schema = {
    "name": {**_NAME, "description": "As colleagues know them."},
    "email_address": {
        "type": "string",
        "format": "email",
        "title": "Email address",
        "description": "They sign in with it. It is theirs alone.",
        "maxLength": LONGEST_ADDRESS,
    },
}
CHANGE_PERSON: Schema = {
    "title": "Change name or email address",
    "properties": _PERSON,
    "required": ["name", "email_address"],
}
END_ROLE: Schema = {
    "title": "End a role",
    "properties": {
        "last_day": {
            "type": "string",
            "format": "date",
            "title": "Last day",
            "description": "Leave it empty to end the role now.",
        }
    },
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role may be held: an organisation, and perhaps a team of it. `leads`: it has the cases."""

    organisation: str
    team: str | None
    agency: str
    leads: bool
    words: str

    @property
    def value(self) -> str:
        return f"{self.organisation} {self.team}" if self.team else self.organisation


@dataclass(frozen=True, slots=True)
class AskedRole:
    """`held_from` is None for now, `held_until` for no end."""

    role: str
    organisation: str | None
    team: str | None
    held_from: datetime | None
    held_until: datetime | None


def places(connection: Connection, authority: str) -> tuple[Place, ...]:
    """Those with the cases first, then by name. Without a team nobody works in the agency that has the cases."""
    rows = connection.execute(
        select(Organisation.id, Organisation.agency, Organisation.leads, Organisation.name)
        .where(Organisation.authority_id == authority)
        .order_by(Organisation.leads.desc(), Organisation.name, Organisation.id)
    ).all()
    teams: dict[str, list[tuple[str, str]]] = {}
    of_authority = select(Team.id, Team.organisation_id, Team.name).where(Team.authority_id == authority)
    for row in connection.execute(of_authority.order_by(Team.name, Team.id)):
        teams.setdefault(row.organisation_id, []).append((row.id, row.name))
    return tuple(
        Place(row.id, team, row.agency, row.leads, f"{row.name}: {name}" if name else row.name)
        for row in rows
        for team, name in (*([] if row.leads else [(None, "")]), *teams.get(row.id, ()))
    )


def roles_to_give(model: Model) -> dict[str, str]:
    """Names by role: those whose people sign in."""
    known = {role.id: role.name for role in model.roles.values() if role.account}
    return {**known, **{role: name for role, name in STUDIO_NAMES.items() if role not in known}}


def role_form(model: Model, offered: Sequence[Place]) -> Schema:
    asked = _role_questions(offered, roles_to_give(model))
    return {"title": "Give a role", "properties": asked, "required": ["role"], **_where_needed(model)}


def person_form(model: Model, offered: Sequence[Place]) -> Schema:
    """With a first role, which may be given later."""
    asked = {**_PERSON, **_role_questions(offered, {NO_ROLE: "No role yet", **roles_to_give(model)})}
    required = ["name", "email_address", "role"]
    return {"title": "Add a person", "properties": asked, "required": required, **_where_needed(model)}


def _where_needed(model: Model) -> Schema:
    of_agencies = [role.id for role in model.roles.values() if role.account and role.agency]
    is_one = {"properties": {"role": {"enum": of_agencies}}, "required": ["role"]}
    return {"allOf": [{"if": is_one, "then": {"required": ["place"]}}]}


def _role_questions(offered: Sequence[Place], roles: Mapping[str, str]) -> Schema:
    return {
        "role": {"type": "string", "title": "Role", "oneOf": _choices(roles)},
        "place": {
            "type": "string",
            "title": "Organisation and team",
            "description": "Leave it empty for a role outside the agencies, such as auditor.",
            "oneOf": _choices({one.value: one.words for one in offered}),
        },
        "first_day": {
            "type": "string",
            "format": "date",
            "title": "First day",
            "description": "Leave it empty to give the role from now on.",
        },
        "last_day": {
            "type": "string",
            "format": "date",
            "title": "Last day",
            "description": "Leave it empty where no end is known.",
        },
    }


def organisation_form(model: Model) -> Schema:
    agencies = {agency.id: agency.name for agency in model.agencies.values()}
    asked: Schema = {
        "agency": {"type": "string", "title": "Kind", "oneOf": _choices(agencies)},
        "name": {**_NAME, "description": "As people call it: Hill Primary School."},
    }
    return {"title": "Add an organisation", "properties": asked, "required": ["agency", "name"]}


def name_form(title: str) -> Schema:
    return {"title": title, "properties": {"name": _NAME}, "required": ["name"]}


def _choices(named: Mapping[str, str]) -> list[Schema]:
    return [{"const": value, "title": words} for value, words in named.items()]


def asked_role(offered: Iterable[Place], answers: Mapping[str, Any], now: datetime) -> AskedRole | None:
    """Of checked answers; None where no role was asked for."""
    if answers.get("role", NO_ROLE) == NO_ROLE:
        return None
    place = next((one for one in offered if one.value == answers.get("place")), None)
    first, last = (typed_day(answers.get(name)) for name in ("first_day", "last_day"))
    return AskedRole(
        role=answers["role"],
        organisation=place.organisation if place else None,
        team=place.team if place else None,
        held_from=start_of(first) if first and first > day_of(now) else None,
        held_until=end_of(last) if last else None,
    )


def speaks_against_role(
    model: Model, offered: Iterable[Place], now: datetime, answers: Mapping[str, Any]
) -> Iterator[Finding]:
    """That an answer is none of the choices, or no date, is said by the form."""
    role, place = answers.get("role"), next((one for one in offered if one.value == answers.get("place")), None)
    if role in roles_to_give(model):
        yield from _against_place(model, str(role), place)
    elif role == NO_ROLE:
        given = (name for name in ("place", "first_day", "last_day") if answers.get(name))
        yield from (Finding((name,), "Leave this empty, or choose a role") for name in given)
    first, last = typed_day(answers.get("first_day")), typed_day(answers.get("last_day"))
    today = day_of(now)
    if first and first < today:
        yield Finding(("first_day",), "First day must be today or in the future")
    if last and last < max(first or today, today):
        words = "must not be before the first day" if first and first > today else "must be today or in the future"
        yield Finding(("last_day",), f"Last day {words}")


def _against_place(model: Model, role: str, place: Place | None) -> Iterator[Finding]:
    kind = model.roles.get(role)
    agency = kind.agency if kind else None
    if agency is None and place:
        yield Finding(("place",), f"{roles_to_give(model)[role]} is held in no organisation: leave this empty")
    elif agency and place and place.agency != agency:
        of_role, of_place = model.agencies[agency].name, model.agencies[place.agency].name
        yield Finding(("place",), f"This role is of {of_role}, and what you chose is of {of_place}")


def last_moment(answers: Mapping[str, Any]) -> datetime | None:
    """Of checked answers to END_ROLE; None for now."""
    day = typed_day(answers.get("last_day"))
    return end_of(day) if day else None
