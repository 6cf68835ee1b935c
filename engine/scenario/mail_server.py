"""The mail server of a story: what it says to whatever waits in the outbox."""

from collections.abc import Mapping
from datetime import datetime

from engine.base.database import Database
from engine.base.mail import Fate, Outcome
from engine.commands.handing_over import empty_outbox
from engine.people.identity import SYSTEM

SAYS: Mapping[str, Outcome] = {
    "taken": Outcome(Fate.TAKEN),
    "refused": Outcome(Fate.REFUSED, "The mail server does not take it (550)."),
    "down": Outcome(Fate.LATER, "The mail server cannot be reached.", server_at_fault=True),
    "silent": Outcome(Fate.UNKNOWN, "The mail server gave no clear answer when the whole letter had been sent."),
}


def send(database: Database, now: datetime, says: str) -> None:
    """All that waits, also what would be tried again only later."""
    empty_outbox(database, SYSTEM, lambda: now, lambda _letter, _now: SAYS[says], early=True)
