"""What happens in one case of a child and concerns the others: messages about the child, and clocks of scope `person`.

The others are open and locked with this one. Each hears what happened as an act of its own, with nothing in it of where
that was: whoever reads a case may not know of another. In re-running there are no others, and what was heard is in the
record.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.casework.deadline_rows import meet_deadline, stop_deadlines
from engine.casework.locked_case import CaseWork
from engine.casework.to_do import Hear
from engine.process.bundle import Message
from engine.process.position import Thrown

STOPPED = "stopped"
MET = "met"
BECAME_KNOWN = "of what became known about the child"


def tell_message(casework: CaseWork, thrown: Thrown, message: Message) -> None:
    """One that is about the child (`reaches_child`) waits to be heard in each of the other cases."""
    if "reaches_child" in message.effects:
        for other in casework.same_child:
            if other.closed_at is None:
                other.to_do.add(Hear(thrown.name, thrown.payload, casework.happened_at))


def tell_clock(casework: CaseWork, clock: str, what: str, at: datetime) -> None:
    """What has met or stopped a clock of the child does so wherever it runs."""
    for other in casework.same_child:
        if any(one.clock == clock for one in other.deadlines):
            hear_of_clock(other, {"clock": clock, "what": what, "at": at.isoformat()})


def hear_of_clock(casework: CaseWork, said: Mapping[str, Any]) -> None:
    """Why it was late is not told: that was answered in the other case."""
    casework.note("heard", payload=dict(said))
    casework.happened = datetime.fromisoformat(said["at"])
    running = [one for one in casework.deadlines if one.clock == said["clock"]]
    if said["what"] == STOPPED:
        stop_deadlines(casework, running, BECAME_KNOWN)
        return
    for one in running:
        meet_deadline(casework, one, casework.happened, None, None)
