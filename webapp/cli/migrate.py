"""`throughline models migrate`: a case that runs goes over to other models, one process after the other."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial

import click
import orjson

from engine.base.clock import now
from engine.base.database import Database
from engine.base.errors import NotPossible
from engine.commands.migrating_instances import Migrated, migrate_instance, undo_migration
from engine.people.identity import Actor, actor
from engine.reads.authority.administration import account_called, publications
from engine.reads.case.carried_over import OnModels, on_models
from engine.rerun.rerunning import cases
from webapp.cli.options import database_option, json_option, open_database, published_hash


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


@click.command()
@click.argument("case")
@click.option("--to", "bundle", metavar="HASH", help="Models that were published: their hash, or how it begins.")
@click.option("--undo", is_flag=True, help="Take back what was carried over, while nothing has moved on since.")
@click.option("--hand-back", "hands_back", is_flag=True, help="Hand back what its owner may not do any more.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and write nothing.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="The process owner who does it.")
@click.option("--reason", required=True, help="Why; kept in the record.")
@json_option
@database_option
def migrate(
    case: str,
    bundle: str | None,
    undo: bool,
    hands_back: bool,
    dry_run: bool,
    email: str,
    reason: str,
    as_json: bool,
    database_url: str | None,
) -> None:
    """Carry what runs in a case over to other models.

    CASE is its reference or its id. Each process goes over by itself, with its open tasks, drafts and clocks, or stays
    where it is, and why is said. The exit status is 1 where one is refused.
    """
    if (bundle is None) != undo or (undo and hands_back):
        raise click.UsageError("Say --to HASH, or --undo alone.")
    if not reason.strip():
        raise click.UsageError("Say why: the reason is kept in the record.")
    database = open_database(database_url)
    found = cases(database, case)[0]
    with database.read() as connection:
        owner = actor(connection, account_called(connection, email).account, now())
        known = {one.hash for one in publications(connection, owner.within)}
        running = on_models(connection, found)
    to = "" if bundle is None else published_hash(known, bundle)
    if undo:
        chosen = [one for one in running if one.is_carried_over]
        act: Callable[[str], Migrated] = partial(_take_back, database, owner, reason, dry_run)
    else:
        chosen = [one for one in running if one.bundle != to]
        act = partial(_carry_over, database, owner, to, reason, hands_back, dry_run)
    tried = list(_each(chosen, to, act))
    _print(case, tried, as_json=as_json, dry_run=dry_run)
    click.get_current_context().exit(1 if any(one.why for one in tried) else 0)


def _carry_over(
    database: Database, owner: Actor, to: str, reason: str, hands_back: bool, dry_run: bool, instance: str
) -> Migrated:
    return migrate_instance(database, owner, now(), instance, to, reason, hands_back=hands_back, dry_run=dry_run)


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


def _print(case: str, tried: list[Tried], *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        click.echo(orjson.dumps({"case": case, "dry_run": dry_run, "processes": list(map(asdict, tried))}))
        return
    for one in tried:
        goes = f"{'would go' if dry_run else 'went'} over to {one.bundle[:12]}, with {_titles(one.open)} open."
        back = f" Handed back: {_titles(one.handed_back)}." if one.handed_back else ""
        click.echo(f"{one.process}: {one.why or goes + back}")
    if not tried:
        click.echo("Nothing in this case is to go over.")


def _titles(titles: tuple[str, ...]) -> str:
    return ", ".join(f"“{title}”" for title in titles) if titles else "nothing"
