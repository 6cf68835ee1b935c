"""The pages on which something that was wrong is put right."""

from datetime import datetime

from tests.browser.place import Place
from tests.builders import Authority, case_at
from tests.engine.commands.calls_of_corrections import given_to, joins, rests_on_it


def of_corrections(world: Authority, planned: str, now: datetime) -> tuple[Place, ...]:
    """`planned` is a case with a referral."""
    started, _ = given_to(world, planned)
    resting = case_at(authority=world, point="deciding")
    given = rests_on_it(world, resting)
    closed = case_at(authority=world, point="closed", now=now)
    joined = case_at(authority=world)
    joins(world, joined)
    return (
        Place("correct-answers", f"/cases/{planned}/answers/{started}/correct", "team_manager"),
        Place("look-again", f"/cases/{resting}/answers/{given}/still-right", "team_manager"),
        Place("separate-cases", f"/cases/{joined}/separate", "team_manager"),
        Place("open-again", f"/cases/{closed}/reopen", "team_manager"),
    )
