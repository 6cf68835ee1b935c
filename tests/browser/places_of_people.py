"""The pages about the people around a child, with somebody of each generation to draw."""

from tests.browser.place import Place
from tests.builders import Authority
from tests.engine.commands.calls_of_people_around import fact, person


def places_of_people(world: Authority, planned: str) -> tuple[Place, ...]:
    mother = person(world, planned, name="Maria Example")
    fact(world, planned, mother)
    partner = person(world, planned, name="A partner whose name nobody knows", relation="step_parent")
    risk = fact(world, planned, partner, "risk")
    person(world, planned, name="Rosa Example", relation="grandmother", side="mother", lives="no")
    for name, blood in (("Ben", "full"), ("Cal", "half"), ("Dot", "step")):
        person(world, planned, name=f"{name} Example", relation="sibling", blood=blood, side="mother")
    around = f"/cases/{planned}/around"
    return (
        Place("around", around, "social_worker"),
        Place("add-person", f"{around}/person", "social_worker"),
        Place("change-fact", f"{around}/facts/{risk}/change", "social_worker"),
        Place("end-fact", f"{around}/facts/{risk}/end", "social_worker"),
    )
