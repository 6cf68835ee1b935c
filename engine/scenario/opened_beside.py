"""Cases that a step of a story opened beside its own, and how the story calls them."""

from sqlalchemy import select

from engine.base.database import Database
from engine.scenario.fields import place_of
from engine.scenario.naming import CaseNames
from engine.scenario.story import Story, Table
from engine.tables import Case, Person


def name_opened(database: Database, story: Story, names: CaseNames, answers: Table) -> None:
    """Cases that a step opened beside its own: of another child at risk, or of the same one after closure."""
    with database.read() as connection:
        for child in story.children.values():
            called = {name: child.facts[name] for name in ("given_name", "family_name")}
            cases = select(Case.id).join(Person, Person.id == Case.person_id).filter_by(**called)
            for case in connection.scalars(cases.order_by(Case.opened_at, Case.id)):
                names.add(child.name, case)
        opened = select(Case.id, Case.opened_at, Person.given_name, Person.family_name)
        others = connection.execute(opened.join(Person, Person.id == Case.person_id)).all()
        for case in sorted(
            others, key=lambda one: (one.opened_at, place_of(one.given_name, one.family_name, answers), one.id)
        ):
            names.add_other(case.id)
        joined = connection.execute(select(Case.id, Case.joined_to_id).where(Case.joined_to_id.is_not(None)))
        names.join({row.id: row.joined_to_id for row in joined})
