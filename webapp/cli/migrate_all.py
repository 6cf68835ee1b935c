"""`throughline models migrate --all` and `migrations`: all that runs goes over to other models, and what came."""

from collections import Counter
from dataclasses import asdict, dataclass

import click
import orjson

from engine.base.clock import LONDON, now
from engine.base.database import Database
from engine.commands.carrying_over_many import ask_to_carry_over, carry_over_waiting, judged_over
from engine.facts.models import model
from engine.people.identity import Actor
from engine.reads.authority.carry_overs import CarryOverRow, carry_over, carry_overs, number_of
from webapp.cli.options import authority_option, database_option, json_option, open_database, system_of


@dataclass(frozen=True, slots=True)
class OfAll:
    """What is to go over, and who asks for it."""

    database: Database
    owner: Actor
    bundle: str
    reason: str
    hands_back: bool


def carried_over(asked: OfAll, *, dry_run: bool, as_json: bool) -> bool:
    """Whether all went over, or would."""
    return _judged(asked, as_json=as_json) if dry_run else _carried(asked, as_json=as_json)


def _judged(asked: OfAll, *, as_json: bool) -> bool:
    with asked.database.read() as connection:
        new = model(connection, asked.bundle)
    found = [*judged_over(asked.database, asked.owner, now(), new, hands_back=asked.hands_back)]
    refused = Counter(one.why for one in found if one.why)
    said = {"bundle": asked.bundle, "dry_run": True, "carried": len(found) - refused.total()}
    if as_json:
        _print_json({**said, "refused": refused.total(), "reasons": refused})
    else:
        click.echo(f"{said['carried']} would go over to {asked.bundle[:12]}, {refused.total()} would be refused.")
        _print_reasons(refused)
    return not refused


def _carried(asked: OfAll, *, as_json: bool) -> bool:
    database, owner = asked.database, asked.owner
    asked_for = ask_to_carry_over(database, owner, now(), asked.bundle, asked.reason, hands_back=asked.hands_back)
    for _ in carry_over_waiting(database, owner, now, asked_for):
        pass
    with database.read() as connection:
        came = carry_over(connection, owner, now(), number_of(connection, asked_for))
    if as_json:
        _print_json({**_told(came.asked), "dry_run": False, "reasons": dict(came.refused)})
    else:
        click.echo(_line(came.asked))
        _print_reasons(dict(came.refused))
    return came.asked.refused == came.asked.waits == 0


@click.command()
@json_option
@authority_option
@database_option
def migrations(as_json: bool, authority: str | None, database_url: str | None) -> None:
    """List what was carried over to other models with --all, the newest first, with how many were refused."""
    database = open_database(database_url)
    with database.read() as connection:
        found = carry_overs(connection, system_of(database, authority).within)
    if as_json:
        _print_json([_told(one) for one in found])
    else:
        for one in found:
            click.echo(_line(one))


def _line(one: CarryOverRow) -> str:
    at = one.asked_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
    counts = f"{one.carried} carried over, {one.refused} refused, {one.left_out} left out, {one.waits} waiting"
    return f"{one.number:>4}  {at}  to {one.bundle[:12]}: {counts}  ({one.reason})"


def _told(one: CarryOverRow) -> dict[str, object]:
    return {**asdict(one), "asked_at": one.asked_at.isoformat()}


def _print_json(said: object) -> None:
    click.echo(orjson.dumps(said))


def _print_reasons(refused: dict[str, int]) -> None:
    for why, times in sorted(refused.items(), key=lambda one: (-one[1], one[0])):
        click.echo(f"  {times} refused: {why}")
