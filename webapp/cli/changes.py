"""`throughline models drafts`, `submit`, `approve`, `return`, `publish`, `reopen` and `drop`: a draft of the
pathway from its files to what is in force. Each is given by a person, and nobody approves their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

import click
import orjson

from engine.base.clock import LONDON, now
from engine.base.database import Database
from engine.base.errors import BadModel, NotFound, NotPossible, Problem, RefusalCode
from engine.commands.approving_changes import judge_change, publish_change, reopen_change, submit_change
from engine.commands.saving_changes import drop_change
from engine.facts.change_files import ChangedFiles, ChangeRow, change_row, files_of_change
from engine.facts.stories_played import Played
from engine.people.command import rehearse
from engine.people.identity import Actor
from engine.process.bundle import bundle_hash
from engine.reads.studio.change_list import STATES, ChangeSummary, changes
from engine.scenario.playing import played
from webapp.cli.options import (
    authority_option,
    database_option,
    failures,
    json_option,
    open_database,
    person_called,
    say_progress,
    system_of,
)
from webapp.cli.problem_lines import lines_of

_ASKED = "There are doubts. If this is meant so, say why with --accept-doubts."


@dataclass(frozen=True, slots=True)
class _Given:
    """The draft that a person gives a command on, and in which database."""

    database: Database
    person: Actor
    change: str

    def row(self) -> ChangeRow:
        """Raises NotFound."""
        with self.database.read() as connection:
            return change_row(connection, self.person.within, self.change)

    def files(self) -> ChangedFiles:
        row = self.row()
        with self.database.read() as connection:
            return files_of_change(connection, self.person.within, row)

    @property
    def whole(self) -> tuple[Database, Actor, datetime, str]:
        """With what a command begins."""
        return self.database, self.person, now(), self.change


def _by_a_person(command: Callable[..., None]) -> Callable[..., None]:
    """A command on a draft takes these, and is given them as one."""

    @wraps(command)
    def run(change: str, email: str, authority: str | None, database_url: str | None, **rest: object) -> None:
        database = open_database(database_url)
        given = _Given(database, person_called(database, email, authority), change)
        try:
            given.row()
        except NotFound:
            words = f"There is no draft {change}. `throughline models drafts` lists them."
            raise click.UsageError(words) from None
        command(given, **rest)

    made: Callable[..., None] = run
    by = click.option("--as", "email", required=True, metavar="EMAIL", help="Who does it.")
    for option in (database_option, authority_option, json_option, by, click.argument("change")):
        made = option(made)
    return made


_reason = click.option("--reason", required=True, help="Why; kept in the record.")


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
        click.echo(f"{one.id}  {_stands(one):<24}  {one.title}  ({one.owner})")


@click.command("submit")
@_by_a_person
@_reason
def submit(given: _Given, *, reason: str, as_json: bool) -> None:
    """Give a draft to a second person. Its stories are played first."""
    _do(given, submit_change, reason, as_json=as_json)


@click.command("approve")
@_by_a_person
@_reason
@click.option("--accept-doubts", metavar="REASON", default="", help="Approve in spite of doubts; kept in the record.")
def approve(given: _Given, *, reason: str, accept_doubts: str, as_json: bool) -> None:
    """Approve a draft that was submitted, as it stands. Its stories are played first. Nobody approves what they had a
    hand in.
    """
    seen, how = given.files().hash, {"approve": True, "accept_doubts": accept_doubts}
    _do(given, judge_change, seen, reason, as_json=as_json, **how)


@click.command("return")
@_by_a_person
@_reason
def return_change(given: _Given, *, reason: str, as_json: bool) -> None:
    """Return a draft that was submitted to whoever made it."""
    judge_change(*given.whole, given.files().hash, reason, approve=False)
    _say({"change": given.change}, "Returned.", as_json=as_json)


@click.command("publish")
@_by_a_person
@click.option(
    "--from",
    "effect_from",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Put it in force then, by the time of the United Kingdom.  [default: now]",
)
def publish(given: _Given, *, effect_from: datetime | None, as_json: bool) -> None:
    """Put a draft in force that a second person has approved.

    What runs already stays on its models; whatever starts from then on runs on these. Its stories are played first,
    unless these same ones were played before with these models and this program.
    """
    moment = effect_from.replace(tzinfo=LONDON) if effect_from else None
    _do(given, publish_change, moment, as_json=as_json)


@click.command("reopen")
@_by_a_person
@_reason
def reopen(given: _Given, *, reason: str, as_json: bool) -> None:
    """Take a draft back from the second person, so that it can be changed."""
    reopen_change(*given.whole, reason)
    _say({"change": given.change}, "Open again.", as_json=as_json)


@click.command("drop")
@_by_a_person
@_reason
def drop(given: _Given, *, reason: str, as_json: bool) -> None:
    """Close a draft that is not wanted any more. What it came to is kept."""
    drop_change(*given.whole, reason)
    _say({"change": given.change}, "Dropped.", as_json=as_json)


CHANGE_COMMANDS = (drafts, submit, approve, return_change, publish, reopen, drop)


def _do(given: _Given, command: Callable[..., object], *words: object, as_json: bool, **how: object) -> None:
    """Plays the stories of the draft, then gives the command; whoever may not is told before anything is played. Says
    what speaks against it, and ends with 1 where something does.
    """
    problems: Sequence[Problem] = ()
    found: Played | None = None
    result: object = None
    files = given.files()
    try:
        _must_be_able(given, command, words, how)
        found = played(given.database, given.person, now, files.models, files.stories, say_progress)
        result = None if found.failed else command(*given.whole, *words, **how)
    except BadModel as error:
        problems = error.problems
    failed: Mapping[str, Sequence[str]] = found.failed if found else {}
    done = not problems and not failed
    row = given.row()
    said: dict[str, Any] = {
        "change": given.change,
        "state": row.state,
        "bundle": bundle_hash(files.models),
        "done": done,
    }
    said |= {"number": result if isinstance(result, int) else None, "problems": [one.told() for one in problems]}
    _say({**said, "stories": found and found._asdict()}, _stands(row) if done else "", as_json=as_json)
    doubted = bool(problems) and all(problem.level == "doubt" for problem in problems)
    for line in () if as_json else (*lines_of(problems), *failures(failed), *((_ASKED,) if doubted else ())):
        click.echo(line, err=True)
    click.get_current_context().exit(0 if done else 1)


def _must_be_able(
    given: _Given, command: Callable[..., object], words: tuple[object, ...], how: Mapping[str, object]
) -> None:
    """But for the stories, which are played next. Raises as the command."""
    try:
        rehearse(command, *given.whole, *words, **how)
    except NotPossible as refusal:
        if refusal.code not in (RefusalCode.STORIES_NOT_PLAYED, RefusalCode.STORIES_FAIL):
            raise


def _stands(row: ChangeRow | ChangeSummary) -> str:
    """How far it has come, and from when it is to hold."""
    if row.state != "approved" or row.effect_from is None:
        return STATES[row.state]
    if row.held_up:
        return f"Approved, and held up: {row.held_up}"
    return f"Approved, in force from {row.effect_from.astimezone(LONDON):%Y-%m-%d %H:%M}"


def _say(said: dict[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(said))
    elif words:
        click.echo(words)
