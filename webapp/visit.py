"""One request: who asks, when, and what they may be shown. A look is in the record before anything of a case is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from flask import request

from engine.base.database import Connection, Database
from engine.base.database_faults import DatabaseUnavailable, once_more
from engine.base.settings import Settings
from engine.commands.looks import NamesCases, look
from engine.facts.which_authority import Reached, authority_at, reached, telephone_of
from engine.people.identity import Actor
from engine.people.who_may import sees_answers_of
from engine.reads.authority.working_days_and_limits_pages import administers
from engine.reads.lists.team_page import manages_team
from webapp.caught_letters import CaughtLetters

INVENTED_NUMBER = "01632 960 001"  # one of those that are kept free for stories


@dataclass(frozen=True, slots=True)
class Site:
    """`clock` gives the time; tests give their own. `caught` is the mail server of the demonstration. `known` is how
    authorities are reached, read last: it must be said above all when the database is out of reach.
    """

    database: Database
    settings: Settings
    demo: bool
    clock: Callable[[], datetime]
    caught: CaughtLetters | None = None
    known: list[Reached] = field(default_factory=list[Reached])

    def telephone(self, authority: str | None, host: str) -> str:
        try:
            with self.database.read() as connection:
                self.known[:] = reached(connection)
        except DatabaseUnavailable:
            pass
        return telephone_of(self.known, authority, host)


Seen = TypeVar("Seen", bound=NamesCases)
Result = TypeVar("Result")
Given = ParamSpec("Given")


class NoLook(AssertionError):
    """A page would have shown a case without an entry in the record: no entry, no page."""


@dataclass(slots=True)
class Visit:
    """One request: who asks, and when. `stale`: the form that was sent is too old to be trusted as it is. `fresh`: the
    reader has just shown their password. `done`: a command that was given by it is done.
    """

    site: Site
    actor: Actor
    now: datetime
    fresh: bool = False
    page: str | None = None
    stale: bool = False
    looked: bool = False
    done: bool = False

    @property
    def signed_in(self) -> bool:
        return self.actor.account is not None

    @property
    def sees_all(self) -> bool:
        """Of the cases that they may know of: who may replay one, and hold it beside the guidance."""
        return sees_answers_of(self.actor, None)

    @property
    def manages(self) -> bool:
        return self.signed_in and self.read_unlogged(manages_team).answer

    @property
    def administers(self) -> bool:
        return administers(self.actor)

    @property
    def oversees(self) -> bool:
        return self.actor.in_oversight

    @property
    def whom_to_ring(self) -> str:
        """“children’s social care on 01632 960 001”: said wherever somebody might wait in vain. Of the authority of
        whoever asks, else of the one that the host name means.
        """
        number = INVENTED_NUMBER if self.site.demo else self.site.telephone(self.actor.authority, _host())
        return f"children’s social care on {number}" if number else "children’s social care"

    def enter_by_host(self) -> bool:
        """Whether it is known which authority is meant: by the account, else by the host name, or as the only one."""
        if self.actor.authority is None:
            found = once_more(partial(_authority_at, self.site.database, _host()))
            self.actor = self.actor.at(found) if found else self.actor
        return self.actor.authority is not None

    def read_logged(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Seen],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Seen:
        """What is to be shown, after the look is in the record."""
        if self.page is None:
            raise NoLook("This page declares no look.")
        self.looked = True
        recorded = partial(look, self.site.database, self.actor, self.now, self.page, read)
        return once_more(lambda: recorded(*arguments, **named))

    def read_unlogged(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Seen],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Seen:
        """What is to be shown where it names no case, so that nothing is recorded. Refuses whatever names one."""
        seen = self.read_for_command(read, *arguments, **named)
        if seen.cases_shown:
            raise NoLook("What was read names a case.")
        return seen

    def read_for_command(
        self,
        read: Callable[Concatenate[Connection, Actor, datetime, Given], Result],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """What a command has to be told about a form. Nothing of it is shown: the answer goes elsewhere."""

        def ask() -> Result:
            with self.site.database.read() as connection:
                return read(connection, self.actor, self.now, *arguments, **named)

        return once_more(ask)

    def do(
        self,
        command: Callable[Concatenate[Database, Actor, datetime, Given], Result],
        *arguments: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        result = command(self.site.database, self.actor, self.now, *arguments, **named)
        self.done = True
        return result


def _authority_at(database: Database, host: str) -> str | None:
    with database.read() as connection:
        return authority_at(connection, host)


def _host() -> str:
    return request.host.partition(":")[0]
