"""`throughline models drafts`, `submit`, `approve`, `return`, `publish`, `reopen` and `drop`: a draft of the
pathway from its files to what is in force. Each is given by a person, and nobody approves their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
import orjson

from engine.base.clock import LONDON, now
from engine.base.database import Database
from engine.base.errors import BadModel, Problem
from engine.commands.approving_changes import judge_change, publish_change, reopen_change, submit_change
from engine.commands.saving_changes import drop_change
from engine.facts.change_files import change_row, files_of_change
from engine.facts.stories_played import Played
from engine.people.identity import Actor, actor
from engine.process.bundle import bundle_hash
from engine.reads.authority.administration import account_called
from engine.reads.studio.change_list import STATES, changes
from engine.scenario.playing import played
from webapp.cli.options import (
    authority_option,
    database_option,
    failures,
    json_option,
    open_database,
    say_progress,
    system_of,
)
from webapp.cli.problem_lines import lines_of

_ASKED = "There are doubts. If this is meant so, say why with --accept-doubts."


def _by_a_person(command: Callable[..., None]) -> Callable[..., None]:
    """What every command on a draft takes."""
    for option in (
        database_option,
        json_option,
        click.option("--as", "email", required=True, metavar="EMAIL", help="Who does it."),
    ):
        command = option(command)
    return command


_reason = click.option("--reason", required=True, help="Why; kept in the record.")


@dataclass(frozen=True, slots=True)
class _Given:
    """The database that is meant, and who gives the command."""

    database: Database
    person: Actor


def _given(email: str, database_url: str | None) -> _Given:
    database = open_database(database_url)
    with database.read() as connection:
        return _Given(database, actor(connection, account_called(connection, email).account, now()))


@click.command("drafts")
@json_option
@authority_option
@database_option
def drafts(as_json: bool, authority: str | None, database_url: str | None) -> None:
    """List the drafts, those first that are not closed."""
    database = open_database(database_url)
    with database.read() as connection:
        found = changes(connection, system_of(database, authority).within)
    if as_json:
        click.echo(orjson.dumps([one.told() for one in found]))
    for one in () if as_json else found:
        click.echo(f"{one.id}  {STATES[one.state]:<24}  {one.title}  ({one.owner})")


@click.command("submit")
@click.argument("change")
@_reason
@_by_a_person
def submit(change: str, reason: str, email: str, as_json: bool, database_url: str | None) -> None:
    """Give a draft to a second person. Its stories are played first. The exit status is 1 where it is refused."""
    given = _given(email, database_url)
    _do(given, change, as_json, lambda: submit_change(given.database, given.person, now(), change, reason))


@click.command("approve")
@click.argument("change")
@_reason
@click.option("--accept-doubts", metavar="REASON", default="", help="Approve in spite of doubts; kept in the record.")
@_by_a_person
def approve(change: str, reason: str, accept_doubts: str, email: str, as_json: bool, database_url: str | None) -> None:
    """Approve a draft that was submitted, as it stands. Nobody approves what they had a hand in."""
    given = _given(email, database_url)

    def act() -> None:
        seen = _hash(given, change)
        judge_change(
            given.database, given.person, now(), change, seen, reason, approve=True, accept_doubts=accept_doubts
        )

    _do(given, change, as_json, act)


@click.command("return")
@click.argument("change")
@_reason
@_by_a_person
def return_change(change: str, reason: str, email: str, as_json: bool, database_url: str | None) -> None:
    """Return a draft that was submitted to whoever made it."""
    given = _given(email, database_url)
    seen = _hash(given, change)
    judge_change(given.database, given.person, now(), change, seen, reason, approve=False)
    _say({"change": change}, "Returned.", as_json=as_json)


@click.command("publish")
@click.argument("change")
@click.option(
    "--from",
    "effect_from",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Put it in force then, by the time of the United Kingdom.  [default: now]",
)
@_by_a_person
def publish(change: str, effect_from: datetime | None, email: str, as_json: bool, database_url: str | None) -> None:
    """Put a draft in force that a second person has approved.

    What runs already stays on its models; whatever starts from then on runs on these. Its stories are played first,
    unless these same ones were played before with these models and this program. The exit status is 1 where it is
    refused.
    """
    given = _given(email, database_url)
    day = effect_from.replace(tzinfo=LONDON) if effect_from else None
    _do(given, change, as_json, lambda: publish_change(given.database, given.person, now(), change, day))


@click.command("reopen")
@click.argument("change")
@_reason
@_by_a_person
def reopen(change: str, reason: str, email: str, as_json: bool, database_url: str | None) -> None:
    """Take a draft back from the second person, so that it can be changed."""
    given = _given(email, database_url)
    reopen_change(given.database, given.person, now(), change, reason)
    _say({"change": change}, "Open again.", as_json=as_json)


@click.command("drop")
@click.argument("change")
@_reason
@_by_a_person
def drop(change: str, reason: str, email: str, as_json: bool, database_url: str | None) -> None:
    """Close a draft that is not wanted any more. What it came to is kept."""
    given = _given(email, database_url)
    drop_change(given.database, given.person, now(), change, reason)
    _say({"change": change}, "Dropped.", as_json=as_json)


CHANGE_COMMANDS = (drafts, submit, approve, return_change, publish, reopen, drop)


def _do(given: _Given, change: str, as_json: bool, act: Callable[[], object]) -> None:
    """Plays the stories of the draft, then acts. Says what speaks against it, and ends with 1 where something does."""
    problems: Sequence[Problem] = ()
    found: Played | None = None
    result: object = None
    with given.database.read() as connection:
        files = files_of_change(connection, given.person.within, change_row(connection, given.person.within, change))
    try:
        found = played(given.database, given.person, now, files.models, files.stories, say_progress)
        result = None if found.failed else act()
    except BadModel as error:
        problems = error.problems
    failed: Mapping[str, Sequence[str]] = found.failed if found else {}
    done = not problems and not failed
    with given.database.read() as connection:
        state = change_row(connection, given.person.within, change).state
    said: dict[str, Any] = {"change": change, "state": state, "bundle": bundle_hash(files.models), "done": done}
    said |= {"number": result if isinstance(result, int) else None, "problems": [one.told() for one in problems]}
    _say({**said, "stories": found and found._asdict()}, STATES[state] if done else "", as_json=as_json)
    doubted = bool(problems) and all(problem.level == "doubt" for problem in problems)
    for line in () if as_json else (*lines_of(problems), *failures(failed), *((_ASKED,) if doubted else ())):
        click.echo(line, err=True)
    click.get_current_context().exit(0 if done else 1)


def _hash(given: _Given, change: str) -> str:
    with given.database.read() as connection:
        row = change_row(connection, given.person.within, change)
        return files_of_change(connection, given.person.within, row).hash


def _say(said: dict[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(said))
    elif words:
        click.echo(words)
