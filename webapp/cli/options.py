"""What several commands share: the settings with the options put over them, and the database they name."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotFound
from engine.base.settings import BadSetting, Settings
from engine.commands.publishing import follows_shipped, publish_shipped
from engine.facts.models import files_under, stories_under
from engine.facts.which_authority import authorities, authority_named
from engine.people.identity import SYSTEM, Actor, actor
from engine.reads.authority.administration import account_called
from engine.reads.studio.models_out import SHORTEST_HASH
from engine.scenario.playing import played

PRIVATE, PRIVATE_FILE = 0o700, 0o600
# What SQLite keeps beside its file.
BESIDE = ("-wal", "-shm")
ADDRESSES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
# Gone with the connection that made them: nothing would be kept.
IN_MEMORY = ("sqlite:///", "sqlite:///:memory:")


def database_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--database",
        "database_url",
        metavar="URL",
        help="sqlite:///file.db or postgresql://user@host/name.  [default: DATABASE_URL, else SQLite in var/]",
    )(command)


def authority_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--authority", metavar="ID", help="Which authority; needed only where there are several.")(
        command
    )


def json_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--json", "as_json", is_flag=True, help="For another program.")(command)


def settings(database_url: str | None = None, **chosen: Any) -> Settings:
    """The environment's, but for what was chosen on the command line. Raises BadSetting."""
    options = {name: value for name, value in chosen.items() if value is not None}
    if database_url is not None:
        options["database_url"] = database_url
    result = replace(Settings.from_environment(), **options)
    if not result.database_url.startswith(ADDRESSES) or result.database_url in IN_MEMORY:
        raise BadSetting("A database is named like sqlite:///file.db or postgresql://user@host/name.")
    return result


def open_database(database_url: str | None = None) -> Database:
    """The database with its tables as this version needs them, and the shipped models unless a person has published."""
    return brought_up(settings(database_url))


def known_database(chosen: Settings) -> Database:
    """Where only what is there is looked at: none is made where there is none. Raises BadSetting."""
    database = Database(chosen.database_url)
    if database.url.get_backend_name() == "sqlite" and not Path(database.url.database or "").is_file():
        raise BadSetting(f"There is no database {database.url.database}.")
    return database


def brought_up(chosen: Settings) -> Database:
    """Raises DatabaseUnavailable, and BadModel where the shipped models are unsound."""
    database = upgraded(chosen)
    publish_shipped_to_all(database, chosen)
    return database


def upgraded(chosen: Settings) -> Database:
    """The tables as this version needs them, in folders that their owner alone can read. Raises DatabaseUnavailable."""
    for folder in (chosen.var, chosen.keys):
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    database = Database(chosen.database_url)
    _make_private(database)
    database.upgrade()
    return database


def _make_private(database: Database) -> None:
    """A file of SQLite is for its owner alone, wherever it lies and whoever made it, and so is what stands beside it:
    SQLite gives what it makes there the same rights.
    """
    path = Path(database.url.database or "")
    if database.url.get_backend_name() != "sqlite" or not path.parent.is_dir():
        return
    path.touch(mode=PRIVATE_FILE, exist_ok=True)
    for file in (path, *(path.with_name(path.name + end) for end in BESIDE)):
        with suppress(FileNotFoundError):
            if file.stat().st_uid == os.geteuid():
                file.chmod(PRIVATE_FILE)


def publish_shipped_to_all(database: Database, chosen: Settings) -> None:
    """To each authority whose people have published nothing themselves. Raises BadModel.

    The stories of other models than the program's own are played first; raises ClickException where one fails.
    """
    files = files_under(chosen.models)
    with database.read() as connection:
        known = list(authorities(connection))
        new_to = [authority for authority in known if follows_shipped(connection, authority, files)]
    for authority in new_to:
        if not chosen.has_own_models:
            _must_tell_their_stories(database, SYSTEM.at(authority), chosen.models)
        publish_shipped(database, SYSTEM.at(authority), now(), chosen.models)


def _must_tell_their_stories(database: Database, system: Actor, models: Path) -> None:
    found = played(database, system, now, files_under(models), stories_under(models), say_progress)
    if found.failed:
        raise click.ClickException("\n".join(failures(found.failed)))


def say_progress(number: int, of: int, path: str) -> None:
    click.echo(f"{number} of {of}: {path}", err=True)


def failures(failed: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A line for each thing that failed in a story, and how many stories those are."""
    for path in sorted(failed):
        yield from (f"{path}: {line}" for line in failed[path])
    if failed:
        yield f"Not published: {len(failed)} {'story fails' if len(failed) == 1 else 'stories fail'}."


def person_called(database: Database, email: str, authority: str | None) -> Actor:
    """Whoever gives a command: the account says the authority. Raises NotFound; one of another authority than the one
    that is named is wrong use.
    """
    with database.read() as connection:
        found = account_called(connection, email)
        if authority is not None and authority != found.authority:
            raise click.UsageError(f"The account {email} is of the authority {found.authority}, not of {authority}.")
        return actor(connection, found.account, now())


def system_of(database: Database, named: str | None) -> Actor:
    """The product itself, acting in the authority that is named, or in the only one. Raises NotPossible where there is
    none or it is not said which; a name that none has is wrong use.
    """
    with database.read() as connection:
        try:
            return SYSTEM.at(authority_named(connection, named))
        except NotFound as unknown:
            raise click.UsageError(str(unknown)) from None


def published_hash(known: Collection[str], named: str) -> str:
    """The whole hash. One that was not published there, or a beginning that several have, is wrong use."""
    found = [one for one in known if one == named or (len(named) >= SHORTEST_HASH and one.startswith(named))]
    if len(found) != 1:
        words = "No models whose hash is or begins so" if not found else "Several models have a hash that begins so"
        raise click.UsageError(f"{words} were published: {named}. `throughline models list` shows them.")
    return found[0]
