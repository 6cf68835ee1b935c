"""The pages on which somebody proceeds differently, and a manager agrees."""

from tests.browser.place import Place
from tests.builders import Authority, case_at
from tests.engine.commands.calls_of_departures import asks_a_manager, item_of, run_of


def of_departures(world: Authority) -> tuple[Place, ...]:
    case = case_at(authority=world, point="deciding")
    asked = case_at(authority=world, point="deciding")
    departure = asks_a_manager(world, asked)
    steps = f"/cases/{case}/steps"
    return (
        Place("skip-step", f"/tasks/{item_of(world, case, 'decide_response')}/differently", "social_worker"),
        Place("other-steps", steps, "social_worker"),
        Place("open-step", f"{steps}/{run_of(world, case)}/inform_family/open", "social_worker"),
        Place("decide-departure", f"/cases/{asked}/departures/{departure}", "team_manager"),
    )
