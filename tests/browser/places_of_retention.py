"""The pages about how long cases are kept, with something to show on each."""

from datetime import datetime

from tests.browser.place import Place
from tests.builders import Authority
from tests.engine.commands.calls_of_retention import closed, decides, holds, proposes, rules


def places_of_retention(world: Authority, now: datetime) -> tuple[Place, ...]:
    """Of four closed cases: one that is due, one on hold, one that is proposed to be erased, and one that was."""
    due, held, proposed_, gone = (closed(world) for _ in range(4))
    rule, hold = rules(world, 1, "birth"), holds(world, held)
    waits = proposes(world, proposed_, now)
    decides(world, proposes(world, gone, now), now=now)
    return (
        Place("rules", "/privacy/retention/rules", "administrator"),
        Place("rule", f"/privacy/retention/rules/{rule}", "privacy_officer"),
        Place("due", "/privacy/retention", "privacy_officer"),
        Place("due-case", f"/privacy/retention/{due}", "privacy_officer"),
        Place("holds", "/privacy/holds", "privacy_officer"),
        Place("hold", f"/privacy/holds/{hold}", "privacy_officer"),
        Place("erasures", "/privacy/erasures", "administrator"),
        Place("erasure", f"/privacy/erasures/{waits}", "administrator"),
        Place("case-erased", f"/cases/{gone}", "auditor"),
    )
