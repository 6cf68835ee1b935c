"""The pages about actions, with something to show on each: what is open and late, and what came of others."""

from tests.browser.place import Place
from tests.builders import Authority
from tests.engine.commands.calls_of_actions import adds, tells


def places_of_actions(world: Authority, planned: str) -> tuple[Place, ...]:
    late = adds(world, planned, what="Ring the grandmother, who said that she would come", by_when="2026-02-20")
    refused = adds(world, planned, what="See whether the flat is fit to live in", agency="housing", who="The surveyor")
    tells(world, refused, "refused", "It is let by a private landlord.")
    adds(world, planned, what="Bring the child to nursery", agency="none", who="The mother", by_when="2026-03-20")
    return (
        Place("actions", f"/cases/{planned}/actions", "social_worker"),
        Place("add-action", f"/cases/{planned}/actions/add", "social_worker"),
        Place("tell-of-action", f"/actions/{late}", "team_manager"),
    )
