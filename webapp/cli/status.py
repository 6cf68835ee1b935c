"""`throughline status`: how the installation stands, and what an operator should look at."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.read_only import ReadOnly, ReadOnlySince
from engine.base.record_guards import what_is_unguarded
from engine.base.settings import Settings
from engine.reads.authority.installation_status import InstallationStatus, StepStalled, installation_status
from engine.reads.lists.header import LONGEST_UNTICKED
from engine.record.kept_looks import FAULTY
from webapp.cli.options import database_option, json_option, known_database, settings
from webapp.unsaved import oldest, waiting

OLDEST_CHECKPOINT = timedelta(hours=2)
LONGEST_UNNOTED = timedelta(minutes=5)
LONGEST_WAITING = timedelta(hours=1)
LONGEST_UNSAVED = timedelta(minutes=5)
LEAST_FREE = 0.15


class Disk(NamedTuple):
    """Of the disk of a folder: how many bytes are free, of how many."""

    free: int
    total: int


class LeftOutside(NamedTuple):
    """How many referrals wait outside the database, and when the one that waits for longest was sent."""

    number: int
    oldest: datetime | None


@click.command(name="status")
@database_option
@json_option
@click.pass_context
def show_status(context: click.Context, database_url: str | None, as_json: bool) -> None:
    """Say how the installation stands: processes set aside, letters, checkpoints, disk.

    Nothing is written. The exit status is 1 where something should be looked at, which is named.
    """
    chosen = settings(database_url)
    database = known_database(chosen)
    try:
        with database.snapshot() as connection:
            stands = installation_status(connection)
        without_guard = what_is_unguarded(database)
    finally:
        database.dispose()
    at, noted, disks = now(), _noted_at(chosen.checkpoints), _disks(database, chosen)
    unsaved = LeftOutside(len([*waiting(chosen.unsaved)]), oldest(chosen.unsaved))
    read_only = ReadOnly(chosen.var).stands()
    problems = [
        *(*_problems(stands, at, noted), *_left(unsaved, at), *_full(disks)),
        *_not_as_ever(chosen, read_only),
        *(
            [f"the database no longer refuses changes of the record as it should: {without_guard}"]
            if without_guard
            else []
        ),
    ]
    said = {**_said(stands, at, noted, disks, problems), "unsaved_referrals": unsaved.number}
    said["oldest_unsaved_age_seconds"] = _age(at, unsaved.oldest)
    said["read_only_since"] = _moment(read_only.at) if read_only else None
    click.echo(json.dumps(said) if as_json else _in_words(said))
    context.exit(1 if problems else 0)


def _noted_at(place: Path) -> datetime | None:
    """When a head was last noted outside the database."""
    times = [path.stat().st_mtime for path in (place / "heads").glob("*.log")]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _disks(database: Database, chosen: Settings) -> dict[str, Disk]:
    """By folder: that of the database, where it is a file, and that of the checkpoints."""
    places = [chosen.checkpoints]
    if database.url.get_backend_name() == "sqlite":
        places.append(Path(database.url.database or "").absolute().parent)
    disks = {str(place): shutil.disk_usage(place) for place in places if place.is_dir()}
    return {place: Disk(disk.free, disk.total) for place, disk in disks.items()}


def _problems(stands: InstallationStatus, at: datetime, noted: datetime | None) -> Iterator[str]:
    if stands.set_aside:
        many = len(stands.set_aside)
        are, its = ("process is", "its drawing") if many == 1 else ("processes are", "their drawings")
        yield f"{many} {are} set aside: {its} cannot go on"
    if stands.waiting_since and at - stands.waiting_since > LONGEST_WAITING:
        yield f"a letter has been waiting since {_moment(stands.waiting_since)}"
    yield from _of_deadlines(stands, at)
    newest = stands.newest_entry_at
    if newest and (stands.checkpoint_at is None or at - stands.checkpoint_at > OLDEST_CHECKPOINT):
        yield "no checkpoint was made for two hours: does the clock run?"
    if newest and at - newest > LONGEST_UNNOTED and (noted is None or noted < newest):
        yield "the newest entries are not noted outside the database: does the clock run, and can it write there?"


def _left(unsaved: LeftOutside, at: datetime) -> Iterator[str]:
    if unsaved.oldest and at - unsaved.oldest > LONGEST_UNSAVED:
        wait = "referral waits" if unsaved.number == 1 else "referrals wait"
        yield f"{unsaved.number} {wait} outside the database since {_moment(unsaved.oldest)}"


def _of_deadlines(stands: InstallationStatus, at: datetime) -> Iterator[str]:
    if stands.stalled:
        cases = ", ".join(sorted({one.case for one in stands.stalled}))
        yield f"deadlines cannot be acted on in these cases, whose failures are in the log of the clock: {cases}"
    if stands.doubt:
        yield f"deadlines are not being checked, as the clock of the machine may be wrong: {stands.doubt}"
    elif stands.newest_entry_at and (stands.ticked_at is None or at - stands.ticked_at > LONGEST_UNTICKED):
        since = f"since {_moment(stands.ticked_at)}" if stands.ticked_at else "at any time"
        yield f"deadlines have not been checked {since}: does the clock run?"


def _full(disks: dict[str, Disk]) -> Iterator[str]:
    for place, disk in disks.items():
        if disk.free < LEAST_FREE * disk.total:
            yield f"the disk of {place} has {disk.free * 100 // disk.total}% free"


def _not_as_ever(chosen: Settings, read_only: ReadOnlySince | None) -> Iterator[str]:
    if read_only:
        why = "by hand: throughline read-only off ends it" if read_only.by_hand else "for the disk was full"
        yield f"the site is read only since {_moment(read_only.at)}, {why}"
    for path in sorted(chosen.looks.glob(f"*{FAULTY}")):
        yield f"looks that were kept in {path} are not all as they were written"


def _said(
    stands: InstallationStatus,
    at: datetime,
    noted: datetime | None,
    disks: dict[str, Disk],
    problems: list[str],
) -> dict[str, Any]:
    return {
        "at": _moment(at),
        "problems": problems,
        "set_aside": [{"case": one.case, "instance": one.instance, "process": one.process} for one in stands.set_aside],
        "stalled": [_stalled(one) for one in stands.stalled],
        "doubt": stands.doubt,
        "outbox": dict(stands.outbox),
        "tick_age_seconds": _age(at, stands.ticked_at),
        "checkpoint": stands.checkpoint,
        "checkpoint_age_seconds": _age(at, stands.checkpoint_at),
        "heads_noted_age_seconds": _age(at, noted),
        "newest_entry_age_seconds": _age(at, stands.newest_entry_at),
        "backup_age_seconds": _age(at, stands.backed_up_at),
        "disk": {place: {"free": disk.free, "total": disk.total} for place, disk in disks.items()},
    }


def _stalled(one: StepStalled) -> dict[str, Any]:
    moments = {"since": _moment(one.since), "next_try_at": _moment(one.next_try_at)}
    return {"case": one.case, "step": one.step, "failures": one.failures, **moments}


def _age(at: datetime, moment: datetime | None) -> int | None:
    return int((at - moment).total_seconds()) if moment else None


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _in_words(said: dict[str, Any]) -> str:
    rows = [f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in said.items() if name != "problems"]
    return "\n".join([*(f"Look at this: {problem}." for problem in said["problems"]), *rows])


def _plain(value: object) -> str:
    return "none" if value in (None, "", [], {}) else value if isinstance(value, str) else json.dumps(value)
