"""The pages of a family worth looking at."""

from tests.browser.place import Place
from tests.builders import Authority, child, open_items, refer


def of_a_family(world: Authority) -> tuple[Place, ...]:
    """Of three, one of whom is written from right to left."""
    names = ("Nia", "ליאור", "Owen")
    cases = refer(authority=world, children=[child(given_name=name) for name in names]).cases
    task, *others = (open_items(database=world.database, case=case)["decide_response"].id for case in cases)
    chosen = "&".join(f"child={one}" for one in others)
    return (
        Place("family", f"/cases/{cases[0]}/family", "social_worker"),
        Place("task-of-a-sibling", f"/tasks/{task}", "social_worker"),
        Place("task-of-children", f"/tasks/{task}/children?{chosen}", "social_worker"),
        Place("start-for-one", f"/cases/{cases[0]}/start/strategy_discussion", "social_worker"),
        Place("start-for-all", f"/cases/{cases[0]}/start/strategy_discussion/children?all=yes", "social_worker"),
    )
