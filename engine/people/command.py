"""What makes a function a command: one transaction, a declared right, and refusals that are remembered."""

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import wraps
from inspect import unwrap
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from engine.base.database import Database
from engine.base.errors import BadModel, CaseBroken, NotAllowed, NotFound, NotSaved, OtherVersion, Refusal, RefusalCode
from engine.expressions.evaluation import BadExpression
from engine.people.identity import (
    ADMINISTRATOR,
    CHANGES_PATHWAY,
    OVERSIGHT,
    PATHWAY_APPROVER,
    PRIVACY_OFFICER,
    PROCESS_OWNER,
    PUTS_IN_FORCE,
    REVIEWS_LOOKS,
    STUDIO,
    Actor,
)
from engine.people.who_may import must_hold
from engine.record.chain import NewEntry, Role, append, authority_chain

log = structlog.get_logger()
NOTHING_SAVED = "Something in this case does not fit together, so nothing was saved; whoever runs the system is told."
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class CommandRight(Enum):
    """Who may give a command. What depends on a case is asked inside, once the case is locked."""

    ANYONE = "anyone, with or without an account"
    SIGNED_IN = "anyone who is signed in"
    BREAKS_GLASS = "who works for an organisation, or oversees"
    HOLDS_TASK = "who knows of the case and holds a role of the task"
    TEAM_OF_CASE = "who knows of the case and works in the team that has it"
    TELLS_OF_ACTION = "whom an action is for, the lead, and who manages the team that has the case"
    GAVE_ANSWERS = "who gave the answers, and who manages the team that has the case"
    DEPARTS = "who knows of the case and may do the step, or works in the team that has the case"
    MANAGES_CASE = "who manages the team that has the case"
    STARTS_PROCESS = "whom the drawing's start event names"
    ADMINISTRATOR = "administrators"
    KEEPS_DUTY_LIST = "administrators, and who manages the duty team"
    KEEPS_DIRECTORY = "administrators, and who manages a team"
    MANAGES_DUTY_TEAM = "who manages the duty team"
    PROCESS_OWNER = "process owners"
    CHANGES_PATHWAY = "process owners, and who changes words alone"
    APPROVES_PATHWAY = "who approves what others change in the pathway"
    PUTS_IN_FORCE = "process owners, and who approves what they change"
    STUDIO = "who changes the pathway or its words, and who approves that"
    PRIVACY_OFFICER = "privacy officers"
    SECOND_FOR_BARS = "privacy officers, and administrators as the second person"
    REVIEWS_LOOKS = "privacy officers and auditors; nobody reviews their own"
    KEEPS_RETENTION = "privacy officers and administrators"
    OVERSIGHT = "who reads every case and works on none"
    SYSTEM = "the product itself"


# The product itself may as well, where nobody is signed in: at the command line.
ROLES: dict[CommandRight, Collection[str]] = {
    CommandRight.ADMINISTRATOR: (ADMINISTRATOR,),
    CommandRight.PRIVACY_OFFICER: (PRIVACY_OFFICER,),
    CommandRight.SECOND_FOR_BARS: (PRIVACY_OFFICER, ADMINISTRATOR),
    CommandRight.KEEPS_RETENTION: (PRIVACY_OFFICER, ADMINISTRATOR),
    CommandRight.PROCESS_OWNER: (PROCESS_OWNER,),
    CommandRight.CHANGES_PATHWAY: CHANGES_PATHWAY,
    CommandRight.APPROVES_PATHWAY: (PATHWAY_APPROVER,),
    CommandRight.PUTS_IN_FORCE: PUTS_IN_FORCE,
    CommandRight.STUDIO: STUDIO,
    CommandRight.REVIEWS_LOOKS: REVIEWS_LOOKS,
    CommandRight.OVERSIGHT: OVERSIGHT,
}


class WriteAct(Protocol):
    """As `append` of engine/record/chain.py."""

    def __call__(
        self,
        connection: Connection,
        chain: str,
        actor: str,
        at: datetime,
        facts: Sequence[NewEntry],
        sees: str = "",
        roles: Iterable[Role] = (),
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Work:
    """A command at work: its transaction, who gave it and when.

    `write` puts the entries of a case at the end of its chain; re-running a case takes them instead. `alone`: what the
    command calls for in other cases is not done, since each case is re-run by itself.
    """

    connection: Connection
    actor: Actor
    now: datetime
    write: WriteAct = append
    alone: bool = False

    @property
    def authority(self) -> str:
        """The authority that the command is for. Raises NotPossible where whoever gave it acts in none."""
        return self.actor.within

    def record_settled(self, kind: str, payload: Mapping[str, object], *, bundle: str | None = None) -> None:
        """Records what was settled for the authority, in its own chain."""
        fact = NewEntry(kind, payload=payload, bundle=bundle)
        append(self.connection, authority_chain(self.authority), self.actor.signature, self.now, [fact])


@dataclass(frozen=True, slots=True)
class CommandDeclaration:
    """What one command has declared of itself; the repository's tests read it."""

    function: Callable[..., object]
    may: CommandRight


COMMANDS: dict[str, CommandDeclaration] = {}


def command(
    *, may: CommandRight
) -> Callable[
    [Callable[Concatenate[Work, Parameters], Result]],
    Callable[Concatenate[Database, Actor, datetime, Parameters], Result],
]:
    """Called as `name(database, actor, now, ...)`. Commits once; on any refusal nothing of it has happened.

    A refusal of somebody with an account is an entry in that person's own chain, written after the rollback.
    """

    def decorate(
        function: Callable[Concatenate[Work, Parameters], Result],
    ) -> Callable[Concatenate[Database, Actor, datetime, Parameters], Result]:
        @wraps(function)
        def run(
            database: Database, actor: Actor, now: datetime, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> Result:
            with _refusal_remembered(database, actor, now, function.__name__):
                _may_at_all(actor, may)
                with database.transaction() as connection:
                    return function(Work(connection, actor, now), *args, **kwargs)

        COMMANDS[function.__name__] = CommandDeclaration(run, may)
        return run

    return decorate


def rehearse(
    given: Callable[Concatenate[Database, Actor, datetime, Parameters], object],
    database: Database,
    actor: Actor,
    now: datetime,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> None:
    """Does all of a command and takes it back: for what has long work before it, so that whoever may not, or cannot
    just now, is told at once. Raises what the command raises; a refusal is remembered as always.
    """
    declared = COMMANDS[given.__name__]
    with _refusal_remembered(database, actor, now, given.__name__):
        _may_at_all(actor, declared.may)
        with suppress(_TakenBack), database.transaction() as connection:
            unwrap(declared.function)(Work(connection, actor, now), *args, **kwargs)
            raise _TakenBack


def must_be_let(
    given: Callable[..., object],
    database: Database,
    actor: Actor,
    now: datetime,
) -> None:
    """Raises NotAllowed, which is remembered, for whoever may not give this command whatever it is about."""
    with _refusal_remembered(database, actor, now, given.__name__):
        _may_at_all(actor, COMMANDS[given.__name__].may)


class _TakenBack(Exception):
    """A rehearsal is over."""


@contextmanager
def _refusal_remembered(database: Database, actor: Actor, now: datetime, name: str) -> Generator[None]:
    try:
        yield
    except (NotFound, NotAllowed) as refusal:
        _remember(database, actor, now, name, refusal)
        raise


def keeping(
    keeps: Callable[Concatenate[Work, Parameters], None],
) -> Callable[
    [Callable[Concatenate[Database, Actor, datetime, Parameters], Result]],
    Callable[Concatenate[Database, Actor, datetime, Parameters], Result],
]:
    """Above a command: where the case does not fit together, `keeps` keeps what was typed, in a transaction of its own,
    since the command's is undone; whoever runs the system is told; and the person reads NotSaved.
    """

    def decorate(
        given: Callable[Concatenate[Database, Actor, datetime, Parameters], Result],
    ) -> Callable[Concatenate[Database, Actor, datetime, Parameters], Result]:
        @wraps(given)
        def run(
            database: Database, actor: Actor, now: datetime, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> Result:
            try:
                return given(database, actor, now, *args, **kwargs)
            except (CaseBroken, BadModel, BadExpression, OtherVersion) as fault:
                _alarm(given.__name__, fault)
                if actor.account is None:
                    raise NotSaved(f"{NOTHING_SAVED} Copy what you wrote from below.") from fault
                with database.transaction() as connection:
                    keeps(Work(connection, actor, now), *args, **kwargs)
                raise NotSaved(f"{NOTHING_SAVED} What you wrote is kept as a draft.") from fault

        return run

    return decorate


def _alarm(name: str, fault: CaseBroken | BadModel | BadExpression | OtherVersion) -> None:
    """For whoever runs the system: ids and names of the model, nothing that anybody wrote."""
    case = fault.case if isinstance(fault, CaseBroken) else None
    what = fault.faults if isinstance(fault, CaseBroken) else (str(fault),)
    log.error("a case does not fit together, and a command was taken back", command=name, case=case, what=what)


def _may_at_all(actor: Actor, may: CommandRight) -> None:
    if may is CommandRight.SYSTEM and not actor.is_system:
        raise NotAllowed("Only the product itself does this.", code=RefusalCode.SYSTEM_ONLY)
    if may is CommandRight.SIGNED_IN and actor.account is None and not actor.is_system:
        raise NotAllowed("Sign in first.", code=RefusalCode.SIGN_IN_FIRST)
    if may is CommandRight.BREAKS_GLASS:
        actor.must_break_glass()
    if may in ROLES and not actor.is_system:
        must_hold(actor, ROLES[may])


def _remember(database: Database, actor: Actor, now: datetime, name: str, refusal: Refusal) -> None:
    if actor.account is None:
        return
    fact = NewEntry("refused", payload={"command": name, "refusal": type(refusal).__name__, "code": refusal.code})
    with database.transaction() as connection:
        append(connection, actor.chain, actor.signature, now, [fact])
