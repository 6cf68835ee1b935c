"""`throughline models migrate --all` and what belongs to it: all that runs is to go over to other models, a second
person agrees, either of the two stops it, and what came of it is listed.
"""

from collections import Counter
from dataclasses import asdict, dataclass

import click
import orjson

from engine.base.clock import LONDON, now
from engine.base.database import Database
from engine.commands.carrying_over_many import (
    agree_to_carry_over,
    ask_to_carry_over,
    carry_over_waiting,
    judged_over,
    stop_carrying_over,
)
from engine.facts.models import model
from engine.people.identity import Actor
from engine.reads.authority.carry_overs import (
    CarryOverRow,
    carry_over,
    carry_over_called,
    carry_overs,
    number_of,
)
from webapp.cli.options import authority_option, database_option, json_option, open_database, person_called, system_of


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
    with database.read() as connection:
        number = number_of(connection, asked_for)
    return _gone_on(database, owner, asked_for, number, as_json=as_json)


def _gone_on(database: Database, actor: Actor, asked_for: str, number: int, *, as_json: bool) -> bool:
    """As far as a second person has agreed; says what came of it. Whether all went over."""
    for _ in carry_over_waiting(database, now, asked_for):
        pass
    with database.read() as connection:
        came = carry_over(connection, actor, now(), number)
    if as_json:
        _print_json({**_told(came.asked), "dry_run": False, "reasons": dict(came.refused)})
    else:
        click.echo(_line(came.asked))
        _print_reasons(dict(came.refused))
        if came.asked.waits_for_second:
            click.echo(f"A second person agrees: throughline models agree-to-migration {number} --as EMAIL")
    return came.asked.refused == came.asked.waits == 0


@click.command()
@click.argument("number", type=int)
@click.option("--as", "email", required=True, metavar="EMAIL", help="The second person, who approves the pathway.")
@json_option
@authority_option
@database_option
def agree_to_migration(number: int, email: str, as_json: bool, authority: str | None, database_url: str | None) -> None:
    """Agree that what runs goes over to other models, as somebody else asked for, and carry it over.

    NUMBER is that of `models migrations`. The exit status is 1 where one is refused.
    """
    database = open_database(database_url)
    second, asked_for = _called(database, email, authority, number)
    agree_to_carry_over(database, second, now(), asked_for)
    all_carried = _gone_on(database, second, asked_for, number, as_json=as_json)
    click.get_current_context().exit(0 if all_carried else 1)


@click.command()
@click.argument("number", type=int)
@click.option("--as", "email", required=True, metavar="EMAIL", help="A process owner, or who approves the pathway.")
@click.option("--reason", required=True, help="Why; kept in the record.")
@json_option
@authority_option
@database_option
def stop_migration(
    number: int, email: str, reason: str, as_json: bool, authority: str | None, database_url: str | None
) -> None:
    """Let what has not gone over to other models yet stay where it is.

    NUMBER is that of `models migrations`. What has gone over can be taken back case by case.
    """
    database = open_database(database_url)
    actor, asked_for = _called(database, email, authority, number)
    stop_carrying_over(database, actor, now(), asked_for, reason)
    with database.read() as connection:
        stopped = carry_over(connection, actor, now(), number).asked
    if as_json:
        _print_json(_told(stopped))
    else:
        click.echo(_line(stopped))


def _called(database: Database, email: str, authority: str | None, number: int) -> tuple[Actor, str]:
    """Who it is, and the id of what was asked for. Raises NotFound."""
    who = person_called(database, email, authority)
    with database.read() as connection:
        return who, carry_over_called(connection, who.within, number).id


@click.command()
@json_option
@authority_option
@database_option
def migrations(as_json: bool, authority: str | None, database_url: str | None) -> None:
    """List what was carried over to other models with --all, the newest first, with how many were refused."""
    database = open_database(database_url)
    with database.read() as connection:
        found = carry_overs(connection, system_of(database, authority))
    if as_json:
        _print_json([_told(one) for one in found])
    else:
        for one in found:
            click.echo(_line(one))


def _line(one: CarryOverRow) -> str:
    at = one.asked_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
    counts = f"{one.carried} carried over, {one.refused} refused, {one.left_out} left out, {one.waits} waiting"
    agreed = f"agreed to by {one.agreed_by}" if one.agreed_at else "not agreed to"
    return f"{one.number:>4}  {at}  to {one.bundle[:12]}: {counts}, {agreed}  ({one.reason})"


def _told(one: CarryOverRow) -> dict[str, object]:
    agreed_at = one.agreed_at.isoformat() if one.agreed_at else None
    return {**asdict(one), "asked_at": one.asked_at.isoformat(), "agreed_at": agreed_at}


def _print_json(said: object) -> None:
    click.echo(orjson.dumps(said))


def _print_reasons(refused: dict[str, int]) -> None:
    for why, times in sorted(refused.items(), key=lambda one: (-one[1], one[0])):
        click.echo(f"  {times} refused: {why}")
