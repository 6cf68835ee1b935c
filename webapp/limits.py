"""How often somebody may do something: counted once what was sent is no junk, and in the database, for all processes.

Looking is free, apart from looking for what is not there. docs/decisions/limits.md says who is counted with whom.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request

from engine.base.database_faults import DatabaseUnavailable
from engine.commands import counting
from engine.commands.counting import Budget
from webapp.keys import hashed, secret
from webapp.networks import is_among, network_of
from webapp.pages import Visit, site

# Somebody who tries addresses of pages: a person who mistypes stays far below it.
MISSES = Budget(60, timedelta(minutes=1))
# Of many people behind one address.
TRUSTED_TIMES = 10


class TooMany(Exception):
    """More than there is room for. `again_at` is when there is some again."""

    def __init__(self, again_at: datetime) -> None:
        self.again_at = again_at
        super().__init__("More than there is room for.")


@dataclass(frozen=True, slots=True)
class Sender:
    """With whom a request counts: an account, else a network. `is_trusted`: one of many people."""

    name: str
    is_account: bool
    is_trusted: bool


def count_miss(visit: Visit) -> datetime | None:
    """Counts that whoever is signed in looked for what is not there, or not theirs; gives until when they have done so
    too often. Others are told of nothing anyway. Where it cannot be written, it does not count.
    """
    if not visit.actor.account:
        return None
    with suppress(DatabaseUnavailable):
        return counting.spend(visit.site.database, visit.now, of_sender(visit, "miss", MISSES))
    return None


def spend(visit: Visit, budgets: Mapping[str, Budget]) -> None:
    """Raises TooMany where one of them is spent, and DatabaseUnavailable."""
    if again_at := counting.spend(visit.site.database, visit.now, budgets):
        raise TooMany(again_at)


def must_have_room(visit: Visit, budgets: Mapping[str, Budget]) -> None:
    """As `spend`, and counts nothing: for what counts only where it goes wrong."""
    with visit.site.database.read() as connection:
        again_at = counting.room_at(connection, visit.now, budgets)
    if again_at:
        raise TooMany(again_at)


def of_network(what: str, budget: Budget) -> dict[str, Budget]:
    """A budget of the network, whoever is signed in: more from one of many people."""
    network = sender(None)
    return {key_of(what, network.name): budget.times(TRUSTED_TIMES) if network.is_trusted else budget}


def of_sender(visit: Visit, what: str, budget: Budget) -> dict[str, Budget]:
    """A budget of whoever sends this: their own where they are signed in, else that of their network."""
    return {key_of(what, sender(visit.actor.account).name): budget}


def sender(account: str | None) -> Sender:
    if account:
        return Sender(f"account {account}", is_account=True, is_trusted=False)
    address, settings = request.remote_addr or "", site().settings
    is_trusted = is_among(address, settings.trusted_networks)
    return Sender(f"network {network_of(address)}", is_account=False, is_trusted=is_trusted)


def key_of(*words: str) -> str:
    """What stands in the database: whoever reads it there learns neither an address nor an account."""
    return hashed(secret(), "limit", *words)
