"""What makes a function a command: one transaction, a declared right, and refusals that are remembered."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from engine.base.database import Database
from engine.base.errors import NotAllowed, NotFound, Refusal
from engine.people.identity import OVERSIGHT, SYSTEM, Actor
from engine.people.who_may import must_hold
from engine.record.chain import NewEntry, Role, append

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class CommandRight(Enum):
    """Who may give a command. What depends on a case is asked inside, once the case is locked."""

    ANYONE = "anyone, with or without an account"
    SIGNED_IN = "anyone who is signed in"
    HOLDS_TASK = "who knows of the case and holds a role of the task"
    STARTS_PROCESS = "whom the drawing's start event names"
    ADMINISTRATOR = "administrators"
    PROCESS_OWNER = "process owners"
    OVERSIGHT = "who reads every case and works on none"
    SYSTEM = "the product itself"


# The product itself may as well, where nobody is signed in: at the command line.
ROLES: dict[CommandRight, Collection[str]] = {
    CommandRight.ADMINISTRATOR: ("administrator",),
    CommandRight.PROCESS_OWNER: ("process_owner",),
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
        saw: int | None = None,
        roles: Iterable[Role] = (),
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Work:
    """A command at work: its transaction, who gave it and when.

    `write` puts the entries of a case at the end of its chain; re-running a case takes them instead.
    """

    connection: Connection
    actor: Actor
    now: datetime
    write: WriteAct = append


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
            try:
                _must_be_text(*args, *kwargs.values())
                _may_at_all(actor, may)
                with database.transaction() as connection:
                    return function(Work(connection, actor, now), *args, **kwargs)
            except (NotFound, NotAllowed) as refusal:
                _remember(database, actor, now, function.__name__, refusal)
                raise

        COMMANDS[function.__name__] = CommandDeclaration(run, may)
        return run

    return decorate


def _must_be_text(*arguments: object) -> None:
    """Raises NotFound for an identifier that nothing can have: PostgreSQL takes a NUL in no text. Answers are for the
    form to refuse, beside their question.
    """
    if any("\0" in argument for argument in arguments if isinstance(argument, str)):
        raise NotFound


def _may_at_all(actor: Actor, may: CommandRight) -> None:
    if may is CommandRight.SYSTEM and actor is not SYSTEM:
        raise NotAllowed("Only the product itself does this.")
    if may is CommandRight.SIGNED_IN and actor.account is None and actor is not SYSTEM:
        raise NotAllowed("Sign in first.")
    if may in ROLES and actor is not SYSTEM:
        must_hold(actor, ROLES[may])


def _remember(database: Database, actor: Actor, now: datetime, name: str, refusal: Refusal) -> None:
    if actor.account is None:
        return
    fact = NewEntry("refused", payload={"command": name, "refusal": type(refusal).__name__})
    with database.transaction() as connection:
        append(connection, actor.chain, actor.signature, now, [fact])
