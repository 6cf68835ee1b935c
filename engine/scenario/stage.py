"""A database with its clock in our hands: time moves when a story says so, and what falls due on the way happens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.base.database import Database
from engine.commands.authorities import add_authority
from engine.commands.publishing import publish_shipped
from engine.commands.timers import next_due, tick
from engine.facts.models import in_force
from engine.facts.which_authority import authority_named
from engine.people.identity import SYSTEM
from engine.process.bundle import Model
from engine.scenario.cast import Cast
from engine.scenario.finding import Unplayable
from engine.scenario.mail_server import send

# A deadline is the last instant in time: the clock has run out at the next one that the database can tell apart.
NEXT_INSTANT = timedelta(microseconds=1)
# Before any story begins, so that what all of them need is there whenever one begins.
BEFORE_ALL = datetime(1990, 1, 1, tzinfo=UTC)
AUTHORITY = "scenario"
# Flags of the roles of whom forms ask for: a case has a lead, a conference a chair.
CHOSEN = ("leads", "chairs")


class StoryWorld:
    """Several stories may share one, as the demonstration's do; each moves its clock on, never back.

    No letter leaves but by a step that says so, unless `mail` says what the mail server answers all the time.
    """

    def __init__(self, database: Database, cast: Cast, now: datetime, mail: str = "") -> None:
        self.database = database
        self.cast = cast
        self.now = now
        self.mail = mail

    @property
    def model(self) -> Model:
        """What a new instance would run on now."""
        with self.database.read() as connection:
            return in_force(connection, self.cast.authority)

    def advance(self, to: datetime, *, outage: bool = False) -> None:
        """What falls due on the way happens in order, each at its moment; after an outage, all at once at the end."""
        while not outage and (due := self._next_due(self.now)) is not None and due < to:
            self.now = due + NEXT_INSTANT
            self.settle()
        self.now = to
        if outage:
            self.settle()

    def settle(self) -> None:
        """The ticking clock. After a command it sees a deadline that was already past when it was set.

        Raises Unplayable where a clock ran out and its process could not go on; the log says why.
        """
        tick(self.database, SYSTEM, self.now)
        if self.mail:
            send(self.database, self.now, self.mail)
        left = self._next_due(BEFORE_ALL)
        if left is not None and left < self.now:
            raise Unplayable(f"a clock ran out at {left.isoformat()} and its process could not go on")

    def _next_due(self, after: datetime) -> datetime | None:
        with self.database.read() as connection:
            return next_due(connection, after)


def prepare(database: Database, models: Path) -> None:
    """Tables, an authority, models and agencies: what all stories have in common. Raises BadModel."""
    database.upgrade()
    authority = add_authority(database, SYSTEM, BEFORE_ALL, AUTHORITY, "The authority of the stories")
    publish_shipped(database, SYSTEM.at(authority), BEFORE_ALL, models)
    stage_on(database, BEFORE_ALL)


def stage_on(database: Database, now: datetime) -> StoryWorld:
    """In the only authority of the database, which has models in force."""
    with database.read() as connection:
        authority = authority_named(connection, None)
        model = in_force(connection, authority)
    cast = Cast(database, authority, model)
    cast.open_agencies(now)
    # Somebody to choose where a form asks for a person, whether or not a step names one.
    for role in model.roles.values():
        if not role.flags.isdisjoint(CHOSEN):
            cast.account(role.id, now)
    return StoryWorld(database, cast, now)
