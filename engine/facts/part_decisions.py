"""What is asked where somebody decides on a part in a case, who may decide, and what speaks against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select
from sqlalchemy.orm import aliased

from engine.base.errors import NotPossible, RefusalCode
from engine.base.subject import START
from engine.forms.questions import Schema
from engine.people.identity import Actor
from engine.process.bundle import Model
from engine.tables import Answers, Instance, Membership, Organisation, Part, WorkItem

_REASON: Schema = {
    "type": "string",
    "description": "This is kept with the case.",
    "maxLength": 500,
    "x-ui": {"kind": "long_text", "rows": 3},
}
END_PART: Schema = {
    "title": "End a part in this case",
    "properties": {"reason": {**_REASON, "title": "Why does its part end?"}},
    "required": ["reason"],
}


@dataclass(frozen=True, slots=True)
class PartnerOrganisation:
    id: str
    agency: str
    name: str


def organisations_to_add(connection: Connection, authority: str, case: str) -> tuple[PartnerOrganisation, ...]:
    """Those of other agencies without a part in the case, by agency and name."""
    has_part = exists().where(Part.case_id == case, Part.organisation_id == Organisation.id, Part.held_until.is_(None))
    rows = connection.execute(
        select(Organisation.id, Organisation.agency, Organisation.name)
        .where(Organisation.authority_id == authority, ~Organisation.leads, ~has_part)
        .order_by(Organisation.agency, Organisation.name, Organisation.id)
    )
    return tuple(PartnerOrganisation(row.id, row.agency, row.name) for row in rows)


def add_part_form(organisations: Iterable[PartnerOrganisation], model: Model) -> Schema:
    """What somebody is asked who gives an organisation a part in a case."""
    choices = [{"const": one.id, "title": _named(one, model)} for one in organisations]
    which = {"type": "string", "title": "Which organisation?", "oneOf": choices, "x-ui": {"kind": "one_of"}}
    return {
        "title": "Add an organisation to this case",
        "properties": {
            "organisation": which,
            "reason": {**_REASON, "title": "Why does it need to know of this child?"},
        },
        "required": ["organisation", "reason"],
    }


def _named(one: PartnerOrganisation, model: Model) -> str:
    agency = model.agencies[one.agency].name if one.agency in model.agencies else one.agency
    return one.name if one.name == agency else f"{one.name} ({agency})"


def may_add_part(actor: Actor, model: Model, team: str) -> bool:
    """Who may lead cases of the team that has this one, or manages it."""
    return _holds(actor, model, team, "leads") or _holds(actor, model, team, "manages_team")


def must_be_open(closed_at: datetime | None) -> None:
    """Raises NotPossible where the case is closed."""
    if closed_at:
        raise NotPossible("This case is closed. Nobody gets a part in it any more.", code=RefusalCode.CASE_CLOSED)


def may_end_part(actor: Actor, model: Model, team: str, lead: str | None) -> bool:
    """Whoever leads the case, or manages the team that has it."""
    leads = lead is not None and actor.account == lead and team in actor.teams
    return leads or _holds(actor, model, team, "manages_team")


def _holds(actor: Actor, model: Model, team: str, flag: str) -> bool:
    roles = model.roles_with(flag)
    return any(one.role in roles and one.team == team for one in actor.held)


def what_it_has_to_do(connection: Connection, case: str, agency: str, organisation: str | None) -> tuple[str, ...]:
    """The titles of the open tasks that only this organisation could do, or that one of its people has taken: also of
    what began in this case and goes on in another one.
    """
    other = aliased(Part)
    another = exists().where(
        *(other.case_id == case, other.agency_id == agency, other.organisation_id.is_not(None)),
        *(other.organisation_id != organisation, other.held_until.is_(None)),
    )
    its_people = select(Membership.account_id).where(
        Membership.organisation_id == organisation, Membership.organisation_id.is_not(None)
    )
    begun = exists().where(
        *(Answers.instance_id == WorkItem.instance_id, Answers.element == START),
        Answers.organisation_id == organisation,
    )
    only_its_own = and_(WorkItem.agency_id == agency, or_(~another, begun))
    began_here = WorkItem.instance_id.in_(select(Instance.id).where(Instance.came_from_id == case))
    rows = connection.scalars(
        select(WorkItem.title)
        .where(or_(WorkItem.case_id == case, began_here), WorkItem.closed_at.is_(None))
        .where(or_(only_its_own, WorkItem.owner_id.in_(its_people)))
        .order_by(WorkItem.opened_at, WorkItem.title, WorkItem.id)
    )
    return tuple(dict.fromkeys(rows))
