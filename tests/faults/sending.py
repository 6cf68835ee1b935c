"""A sender at work without a pause, in a process of its own that may be killed at any moment."""

from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection

from engine.base.database import Database
from engine.base.mail import hand_over
from engine.commands.handing_over import empty_outbox
from engine.people.identity import SYSTEM
from tests.builders import MONDAY
from tests.mail_servers import ScriptedServer


def send_all(url: str, told: Connection, port: int) -> None:
    """Until nothing waits; then says so, and waits to be killed."""
    database = Database(url)
    carry = partial(hand_over, ScriptedServer(port=port).settings)
    told.send("at work")
    empty_outbox(database, SYSTEM, _monday, carry)
    told.send("done")
    told.recv()


def _monday() -> datetime:
    return MONDAY
