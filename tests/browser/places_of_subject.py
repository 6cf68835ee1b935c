"""The pages about what is held of a child, drafts, and what is said to be wrong."""

from engine.reads.case.subject_decisions import request_at_work
from tests.browser.place import Place
from tests.builders import Authority
from tests.engine.commands.calls_of_subject import asks_what_is_held


def of_subject_access(world: Authority, planned: str) -> tuple[Place, ...]:
    asked = asks_what_is_held(world, planned)
    with world.database.read() as connection:
        held = request_at_work(connection, world.actor("privacy_officer"), asked).held
    started = next(one for one in held.sheets if one.case == planned)
    place = f"/privacy/subject-access/{asked}"
    return (
        Place("what-is-held", "/privacy/subject-access", "privacy_officer"),
        Place("what-is-held-of-one", place, "privacy_officer"),
        Place("said-to-be-wrong", f"/cases/{planned}/answers/{started.id}/wrong", "social_worker"),
        Place("kept-drafts", "/privacy/drafts", "privacy_officer"),
        Place("what-is-held-longer", f"{place}/longer", "privacy_officer"),
        Place("what-is-held-items", f"{place}/items/{started.id}", "privacy_officer"),
    )
