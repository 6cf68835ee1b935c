"""The files of a draft as an editor reads them, what its checks say of them, and who else has one open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from engine.base.errors import NotFound, Problem
from engine.facts.change_files import ChangedFiles, ChangeRow, change_row, file_of_change, files_of_change
from engine.facts.models import in_force, model_of
from engine.forms.checks import KNOWN_CHECKS
from engine.lint.doubts_between import doubts_between
from engine.lint.linted import linted
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.reads.authority.people import names_of_accounts
from engine.tables import ChangeSave, Editing

HERE = timedelta(seconds=30)
"""How long somebody counts as being in a file after their page last said so."""


@dataclass(frozen=True, slots=True)
class Checks:
    problems: Sequence[Problem]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRead:
    """`saved_by` is a name; empty for version 0, which is the base's own."""

    content: bytes
    version: int
    saved_by: str
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OthersHere:
    """Names with the path of the file that they have open."""

    others: Sequence[tuple[str, str]]
    cases_shown: tuple[str, ...] = ()


def file_in_change(connection: Connection, actor: Actor, _now: datetime, change: str, path: str) -> FileRead:
    """Raises NotAllowed, and NotFound where there is no such draft, or no such file in it."""
    must_hold(actor, STUDIO)
    found = file_of_change(connection, actor.within, change_row(connection, actor.within, change), path)
    if found.content is None:
        raise NotFound
    named = names_of_accounts(connection, [found.saved_by])
    return FileRead(found.content, found.version, named.get(found.saved_by or "", ""))


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """The version of a file that a page showed when the draft had been saved so often; -1 where it was saved since."""

    version: int
    cases_shown: tuple[str, ...] = ()


def version_seen(
    connection: Connection, actor: Actor, _now: datetime, change: str, path: str, saves: int
) -> VersionSeen:
    """Raises NotAllowed, NotFound."""
    must_hold(actor, STUDIO)
    change_row(connection, actor.within, change)
    of_file = (ChangeSave.change_id == change, ChangeSave.path == path)
    last = connection.execute(
        select(ChangeSave.number, ChangeSave.version).where(*of_file).order_by(ChangeSave.number.desc()).limit(1)
    ).one_or_none()
    if last is None:
        return VersionSeen(0)
    return VersionSeen(last.version if last.number <= saves else -1)


def others_here(connection: Connection, actor: Actor, now: datetime, change: str) -> OthersHere:
    """Raises NotAllowed, NotFound."""
    must_hold(actor, STUDIO)
    return OthersHere(here(connection, actor, now, change_row(connection, actor.within, change)))


def checks(connection: Connection, actor: Actor, _now: datetime, change: str) -> Checks:
    """Raises NotAllowed, NotFound."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    return Checks(problems_of(connection, actor.within, files_of_change(connection, actor.within, row)))


def problems_of(connection: Connection, authority: str, files: ChangedFiles) -> tuple[Problem, ...]:
    """What the linter says, and what may be a slip against what is in force; faults first."""
    found = linted(files.models, KNOWN_CHECKS)
    if not any(problem.level == "fault" for problem in found):
        found += doubts_between(in_force(connection, authority), model_of(files.models))
    return tuple(sorted(found, key=lambda problem: problem.level != "fault"))


def here(connection: Connection, actor: Actor, now: datetime, row: ChangeRow) -> tuple[tuple[str, str], ...]:
    others = connection.execute(
        select(Editing.account_id, Editing.path)
        .where(Editing.change_id == row.id, Editing.seen_at > now - HERE, Editing.account_id != (actor.account or ""))
        .order_by(Editing.account_id)
    ).all()
    named = names_of_accounts(connection, [one.account_id for one in others])
    return tuple((named.get(one.account_id, ""), one.path) for one in others)
