"""The pages about what was shared and what is wished about that, with something to show on each."""

from tests.browser.place import Place
from tests.builders import Authority
from tests.engine.commands.calls_of_sharing import shares, wishes


def places_of_sharing(world: Authority, planned: str) -> tuple[Place, ...]:
    earlier = wishes(world, planned, agencies=["police"])
    wish = wishes(world, planned, earlier, whose="parent", who="the mother", agencies=["police", "housing"])
    without = {"consent": "refused", "without_consent_because": "required_by_law", "told_of_it": "no"}
    shares(world, planned, **without, not_told_because="It would spoil the enquiry.")
    return (
        Place("shared", f"/cases/{planned}/shared", "social_worker"),
        Place("shared-with", "/shared/health", "auditor"),
        Place("record-share", f"/cases/{planned}/shared/record", "social_worker"),
        Place("replace-wish", f"/cases/{planned}/wishes/{wish}/replace", "social_worker"),
    )
