"""A mail server that a test holds in its hand, and what has become of the letters."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from engine.base.database import Database
from engine.base.mail import Fate, Letter, Outcome
from engine.commands.handing_over import empty_outbox
from engine.people.identity import SYSTEM
from engine.record.chain import case_chain, lines
from engine.scenario.mail_server import SAYS
from engine.tables import Deadline, Outbox
from tests.builders import HOUR, MONDAY, Authority, refer
from tests.rerun.rerunning import differing

MINUTE = HOUR / 60
EMAIL = "head@school.example"
TAKEN, REFUSED, DOWN, SILENT = (SAYS[says] for says in ("taken", "refused", "down", "silent"))
BUSY = Outcome(Fate.LATER, "The mail server does not take it just now (451).")
Says = Callable[[Letter], Outcome]


class Carrier:
    """A mail server that says of each letter what it is told, and keeps what it took."""

    def __init__(self, says: Outcome | Says = TAKEN) -> None:
        self.says: Says = says if callable(says) else lambda _letter: says
        self.tried: list[Letter] = []
        self.taken: list[Letter] = []

    def __call__(self, letter: Letter, _now: datetime) -> Outcome:
        self.tried.append(letter)
        outcome = self.says(letter)
        if outcome.fate in (Fate.TAKEN, Fate.UNKNOWN):
            self.taken.append(letter)
        return outcome


def sent(database: Database, now: datetime = MONDAY, says: Outcome | Says = TAKEN, *, address: str = "") -> Carrier:
    carrier = Carrier(says)
    empty_outbox(database, SYSTEM, lambda: now, carrier, address=address)
    return carrier


def referred(at: Authority, email: str = EMAIL, **given: Any) -> str:
    return refer(authority=at, reply_by="email", referrer_email=email, **given).cases[0]


def letters(database: Database, **where: Any) -> list[Row[Any]]:
    with database.read() as connection:
        return list(connection.execute(select(Outbox.__table__).filter_by(**where).order_by(Outbox.number)))


def states(database: Database) -> list[str]:
    return [row.state for row in letters(database)]


def met_at(database: Database, case: str) -> datetime | None:
    with database.read() as connection:
        of_case = (Deadline.case_id == case, Deadline.clock == "acknowledgement")
        return connection.execute(select(Deadline.met_at).where(*of_case)).scalar_one()


def said(database: Database, case: str) -> list[str]:
    with database.read() as connection:
        return [(line.payload or {})["what"] for line in lines(connection, case_chain(case), ["letter"])]


def write(at: Authority, case: str, *, to: str, number: int = 1, urgent: bool = False, now: datetime = MONDAY) -> str:
    """A letter that is for no task."""
    key = f"{to} {number}"
    columns = {"kind": "notice", "subject": key, "body": "Sign in.", "state": "waiting", "why": "", "attempts": 0}
    whose = {"id": key, "authority_id": at.id, "case_id": case, "recipient": to, "urgent": urgent, "settled_at": None}
    row = {**columns, **whose, **dict.fromkeys(("since", "asked_at", "next_try_at"), now)}
    with at.database.transaction() as connection:
        connection.execute(insert(Outbox), [row])
    return key


def same_again(database: Database) -> None:
    """What became of letters is done again as it was recorded."""
    assert differing(database=database) == []
