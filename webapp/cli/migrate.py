"""`throughline models migrate`: what runs goes over to other models, one process after the other."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import click
import orjson

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.migrating_instances import Migrated, migrate_instance, undo_migration
from engine.people.identity import Actor
from engine.reads.authority.administration import publications
from engine.reads.case.carried_over import OnModels, on_models
from engine.rerun.rerunning import cases
from webapp.cli.migrate_all import OfAll, carried_over
from webapp.cli.options import (
    authority_option,
    database_option,
    json_option,
    open_database,
    person_called,
    published_hash,
)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one process. `why` is empty where it goes over."""

    process: str
    instance: str
    before: str
    bundle: str
    open: tuple[str, ...] = ()
    handed_back: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What stands in the command line."""

    case: str | None
    every: bool
    bundle: str | None
    undo: bool
    hands_back: bool
    dry_run: bool
    email: str
    reason: str
    as_json: bool
    authority: str | None
    database_url: str | None

    def check(self) -> None:
        """Raises UsageError."""
        if (self.case is None) != self.every or (self.every and self.undo):
            raise click.UsageError("Say a case, or --all with --to HASH.")
        if (self.bundle is None) != self.undo or (self.undo and self.hands_back):
            raise click.UsageError("Say --to HASH, or --undo alone.")
        if not self.reason.strip():
            raise click.UsageError("Say why: the reason is kept in the record.")


@click.command()
@click.argument("case", required=False)
@click.option("--all", "every", is_flag=True, help="Everything that runs on other models, instead of one case.")
@click.option("--to", "bundle", metavar="HASH", help="Models that were published: their hash, or how it begins.")
@click.option("--undo", is_flag=True, help="Take back what was carried over, while nothing has moved on since.")
@click.option("--hand-back", "hands_back", is_flag=True, help="Hand back what its owner may not do any more.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and write nothing.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The process owner who does it.")
@click.option("--reason", required=True, help="Why; kept in the record.")
@json_option
@authority_option
@database_option
def migrate(**given: Any) -> None:
    """Carry what runs in a case, or in all, over to other models.

    CASE is its reference or its id. Each process goes over by itself, with its open tasks, drafts and clocks, or stays
    where it is, and why is said. With --all it waits until a second person has agreed (agree-to-migration); what is
    cut off half-way then is gone on with by the same command. The exit status is 1 where one is refused or waits.
    """
    asked = _Asked(**given)
    asked.check()
    database = open_database(asked.database_url)
    owner = person_called(database, asked.email, asked.authority)
    with database.read() as connection:
        known = {one.hash for one in publications(connection, owner.within)}
    to = "" if asked.bundle is None else published_hash(known, asked.bundle)
    if asked.case is None:
        chosen = OfAll(database, owner, to, asked.reason, hands_back=asked.hands_back)
        all_carried = carried_over(chosen, dry_run=asked.dry_run, as_json=asked.as_json)
    else:
        all_carried = _one_case(asked, asked.case, database, owner, to)
    click.get_current_context().exit(0 if all_carried else 1)


def _one_case(asked: _Asked, case: str, database: Database, owner: Actor, to: str) -> bool:
    with database.read() as connection:
        running = on_models(connection, cases(database, case)[0])
    if asked.undo:
        chosen = [one for one in running if one.is_carried_over]
        act: Callable[[str], Migrated] = partial(_take_back, database, owner, asked.reason, asked.dry_run)
    else:
        chosen = [one for one in running if one.bundle != to]
        act = partial(_carry_over, database, owner, to, asked)
    tried = list(_each(chosen, to, act))
    _print(case, tried, asked)
    return not any(one.why for one in tried)


def _carry_over(database: Database, owner: Actor, to: str, asked: _Asked, instance: str) -> Migrated:
    how = {"hands_back": asked.hands_back, "dry_run": asked.dry_run}
    return migrate_instance(database, owner, now(), instance, to, asked.reason, **how)


def _take_back(database: Database, owner: Actor, reason: str, dry_run: bool, instance: str) -> Migrated:
    return undo_migration(database, owner, now(), instance, reason, dry_run=dry_run)


def _each(chosen: list[OnModels], to: str, act: Callable[[str], Migrated]) -> Iterator[Tried]:
    for one in chosen:
        try:
            done = act(one.instance)
        except NotPossible as refusal:
            yield Tried(one.name, one.instance, one.bundle, to, why=str(refusal))
        else:
            yield Tried(one.name, one.instance, done.before, done.bundle, done.open, done.handed_back)


def _print(case: str, tried: list[Tried], asked: _Asked) -> None:
    if asked.as_json:
        click.echo(orjson.dumps({"case": case, "dry_run": asked.dry_run, "processes": list(map(asdict, tried))}))
        return
    where = "back" if asked.undo else "over"
    for one in tried:
        goes = f"{'would go' if asked.dry_run else 'went'} {where} to {one.bundle[:12]}, with {_titles(one.open)} open."
        back = f" Handed back: {_titles(one.handed_back)}." if one.handed_back else ""
        click.echo(f"{one.process}: {one.why or goes + back}")
    if not tried:
        click.echo(f"Nothing in this case is to go {where}.")


def _titles(titles: tuple[str, ...]) -> str:
    return ", ".join(f"“{title}”" for title in titles) if titles else "nothing"
