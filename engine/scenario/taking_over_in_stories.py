"""A step of a story by which a child comes from another system: its answers stand for what the files say."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.commands.taking_over_cases import take_over_child
from engine.facts.elsewhere_columns import open_places
from engine.facts.elsewhere_files import ChildElsewhere
from engine.facts.models import in_force
from engine.forms.answer_roles import field_with_role
from engine.people.identity import SYSTEM, Actor
from engine.process.bundle import START, Model
from engine.scenario.fields import children_of
from engine.scenario.stage import StoryWorld
from engine.scenario.story import StoryStep
from engine.tables import Account, Case


def naming_reference(written: Mapping[str, Any], child: str, process: str, model: Model) -> dict[str, Any]:
    """The other system calls each child by the name that the story has for it, unless the story says otherwise."""
    field, item = children_of(model.form(process, START) or {})
    reference = field_with_role(item, "other_reference") or ""
    return {**written, field: [{reference: child, **one} for one in written[field]]}


def come_over(stage: StoryWorld, step: StoryStep, lead: Actor, answers: Mapping[str, Any]) -> str:
    """The person of the step leads the case, and children of one last name are brothers and sisters. Gives the case."""
    with stage.database.read() as connection:
        place = next(one for one in open_places(in_force(connection, lead.within)) if one.process == step.target)
        email = connection.scalar(select(Account.email).where(Account.id == lead.account)) or ""
    (said,) = answers[place.child_field]
    names = {one.role: one.id for one in place.of_child}
    family = str(said.get(names["family_name"], ""))
    child = ChildElsewhere(said[place.reference_field], family, email, "", step.target, dict(answers))
    taken = take_over_child(stage.database, SYSTEM.at(lead.within), stage.now, child, dry=False)
    with stage.database.read() as connection:
        return connection.execute(select(Case.id).where(Case.reference == taken.case)).scalar_one()
