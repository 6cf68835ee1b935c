"""One request: who asks, when, and what they may be shown. A look is in the record before anything of a case is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from flask import request

from engine.base.database import Connection, Database
from engine.base.database_faults import DatabaseUnavailable, Trouble, code_of, once_more
from engine.base.errors import NotAllowed, NotFound
from engine.base.read_only import ReadOnly, ReadOnlySince
from engine.base.settings import Settings
from engine.commands.looks import NamesCases, look
from engine.facts.which_authority import Reached, authority_at, reached, telephone_of
from engine.people.factors import Factors, SignInWay
from engine.people.identity import ADMINISTRATOR, PRIVACY_OFFICER, REVIEWS_LOOKS, STUDIO, Actor
from engine.people.signed import NOTHING_UNSIGNED, Unsigned
from engine.people.who_may import must_hold, sees_answers_of
from engine.reads.audit.many_opened import must_say_why
from engine.reads.authority.working_days_and_limits_pages import administers
from engine.reads.lists.team_page import manages_team
from engine.reads.studio.draft_rights import changes_all, changes_words
from engine.record.kept_looks import KeptLook, LookFile
from webapp import keys
from webapp.caught_letters import CaughtLetters

log = structlog.get_logger()
INVENTED_NUMBER = "01632 960 001"  # one of those that are kept free for stories


@dataclass(frozen=True, slots=True)
class Site:
    """`clock` gives the time; tests give their own. `caught` is the mail server of the demonstration. `known` is how
    authorities are reached, read last: it must be said above all when the database is out of reach. `looks` is where
    they are kept while nothing can be written.
    """

    database: Database
    settings: Settings
    demo: bool
    clock: Callable[[], datetime]
    caught: CaughtLetters | None = None
    known: list[Reached] = field(default_factory=list[Reached])
    looks: LookFile = field(init=False)
    read_only: ReadOnly = field(init=False)

    def __post_init__(self) -> None:
        key = keys.key(self.settings.keys, keys.LOOKS)
        object.__setattr__(self, "looks", LookFile(self.settings.looks, key))
        object.__setattr__(self, "read_only", ReadOnly(self.settings.var))
        self.database.ask_before_writing(self.read_only.must_not_stand)

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
    reader has just shown who they are. `done`: a command that was given by it is done. `factors`: what they show beside
    a password. `way`: how their session began. `unsigned`: what must be signed before the door opens.
    """

    site: Site
    actor: Actor
    now: datetime
    fresh: bool = False
    page: str | None = None
    stale: bool = False
    looked: bool = False
    done: bool = False
    factors: Factors = field(default_factory=Factors)
    way: SignInWay = SignInWay.PASSWORD
    unsigned: Unsigned = NOTHING_UNSIGNED

    @property
    def lacks_second_factor(self) -> bool:
        """They must show one, and have none yet, here or at the provider. In the demonstration nobody has even a
        password.
        """
        everybody = self.site.settings.second_factor == "everybody"
        must = self.signed_in and not self.site.demo and (everybody or self.actor.needs_second_factor)
        return must and not self.factors.any and self.way is not SignInWay.PROVIDER_AND_SECOND

    @property
    def opens_very_many(self) -> bool:
        """More cases in an hour than somebody who works on them does, and they have not said why. Asked of nobody while
        it could not be answered, and not in the demonstration, where one person is many.
        """
        if self.site.demo or self.read_only or not self.signed_in:
            return False
        return self.read_for_command(must_say_why, self.site.settings.cases_an_hour)

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
    def in_studio(self) -> bool:
        return bool(self.actor.roles & STUDIO)

    @property
    def changes_pathway(self) -> bool:
        return changes_all(self.actor)

    @property
    def changes_words(self) -> bool:
        """And perhaps more."""
        return changes_words(self.actor)

    @property
    def oversees(self) -> bool:
        return self.actor.in_oversight

    @property
    def reviews_looks(self) -> bool:
        return bool(self.actor.roles & REVIEWS_LOOKS)

    @property
    def keeps_bars(self) -> bool:
        """Or is the second person who ends one."""
        return bool(self.actor.roles & {PRIVACY_OFFICER, ADMINISTRATOR})

    @property
    def read_only(self) -> ReadOnlySince | None:
        return self.site.read_only.stands()

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

    def must_hold(self, roles: Collection[str]) -> None:
        """Raises NotAllowed for whoever holds none of them, once that is in their record, as what a look refuses is."""
        if not self.actor.roles.intersection(roles):
            self.page = self.page or request.endpoint
            self.read_logged(_refused, roles)

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
        try:
            seen = once_more(lambda: recorded(*arguments, **named))
        except DatabaseUnavailable as refused:
            if not self.cannot_write(refused):
                raise
            return self._kept_look(refused, lambda: self.read_for_command(read, *arguments, **named))
        self.site.read_only.found_room()
        return seen

    def cannot_write(self, refused: DatabaseUnavailable) -> bool:
        """Whether all can be read, and nothing written; it is then known to the other workers as well."""
        if refused.trouble is Trouble.FULL:
            self.site.read_only.found_full(self.now)
        return refused.is_unwritable

    def keep_entry(self, refused: DatabaseUnavailable, kind: str, cases: tuple[str, ...] = (), **payload: str) -> None:
        """In the file, to be taken into the record later. Raises `refused` where even that is not possible."""
        entry = KeptLook(self.actor.chain, self.actor.signature, self.now, kind, payload, cases)
        try:
            number = self.site.looks.keep(entry)
        except OSError as error:
            log.error("a look could not be kept in the file, so nothing was shown", code=code_of(error))
            raise refused from None
        log.info("a look is kept in the file", number=number)

    def _kept_look(self, refused: DatabaseUnavailable, read: Callable[[], Seen]) -> Seen:
        """As a look that is recorded; the alarms of a case go on, since nothing can end them."""
        try:
            seen = read()
        except (NotFound, NotAllowed) as refusal:
            self.keep_entry(refused, "refused", command="_look", refusal=type(refusal).__name__, code=refusal.code)
            raise
        self.keep_entry(refused, "viewed", tuple(dict.fromkeys(seen.cases_shown)), page=self.page or "")
        return seen

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
        self.site.read_only.found_room()
        return result


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a page shows to whom it is not for."""

    cases_shown: tuple[str, ...] = ()


def _refused(_connection: Connection, actor: Actor, _now: datetime, roles: Collection[str]) -> Nothing:
    must_hold(actor, roles)
    return Nothing()


def _authority_at(database: Database, host: str) -> str | None:
    with database.read() as connection:
        return authority_at(connection, host)


def _host() -> str:
    return request.host.partition(":")[0]
