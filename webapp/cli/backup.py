"""`throughline backup` and `restore`: all that the database holds in one folder, and back into an empty database."""

import json
from pathlib import Path

import click

from engine.backup.backup_folder import Backup, BadBackup, OtherTables, read_backup
from engine.base.clock import now
from engine.base.database_faults import DatabaseUnavailable
from engine.base.errors import NotPossible
from engine.base.settings import Settings
from engine.commands.backing_up import back_up
from engine.commands.restoring import Restored, restore
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey, lay_out
from webapp.cli.options import database_option, json_option, known_database, settings, upgraded
from webapp.cli.starting import fingerprints, warn

# Of what was decided after the backup and holds again.
WORDS = {
    "erased": "Cases that were erased since, and are erased again",
    "barred": "People who were barred from a child since, and are barred again",
    "case_restricted": "Cases that were restricted since, and are restricted again",
    "restriction_changed": "Restricted cases of which others may know since",
    "role_ended": "Roles that ended since, and end again",
    "account_disabled": "Accounts that were disabled since, and are disabled again",
    "not_believed": "Lines of what was decided that no known key has signed, and that were left",
}
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=FOLDER)
@database_option
@json_option
def backup(folder: Path, database_url: str | None, as_json: bool) -> None:
    """Write all that the database holds now into FOLDER, which is new or empty, while people go on working.

    Keys and checkpoints are not in it: their fingerprints and their folder are named. The exit status is 1 where it
    could not be made whole, 2 where FOLDER has something in it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty: name a new folder for each backup.")
    chosen = settings(database_url)
    database = known_database(chosen)
    try:
        made = back_up(database, SYSTEM, now(), folder, chosen.checkpoints, fingerprints(chosen))
    except (OSError, OtherTables, DatabaseUnavailable) as error:
        raise click.ClickException(f"There is no backup in {folder}: {error}") from None
    finally:
        database.dispose()
    click.echo(_as_json(made) if as_json else _in_words(made))


def _in_words(made: Backup) -> str:
    said = made.manifest
    return (
        f"{made.folder}: {sum(said.rows.values())} rows as of {said.made_at}; SHA-256 of its manifest {made.digest}\n"
        f"Not in it: the keys, and the checkpoints in {said.checkpoints}. Keep both elsewhere."
    )


def _as_json(made: Backup) -> str:
    said = made.manifest
    return json.dumps(
        {
            "folder": str(made.folder),
            "manifest": made.digest,
            "made_at": said.made_at,
            "rows": said.rows,
            "keys": said.keys,
            "checkpoints": said.checkpoints,
            "newest_checkpoint": said.newest_checkpoint,
        }
    )


@click.command(name="restore")
@click.argument("folder", type=FOLDER)
@database_option
@json_option
def restore_backup(folder: Path, database_url: str | None, as_json: bool) -> None:
    """Put the backup in FOLDER back into an empty database; the record says so and goes on from there.

    Letters that had not left are not sent by themselves: whoever has the case is asked. The exit status is 1 where the
    backup is not whole, and nothing was written then; 2 where the database is not empty.
    """
    chosen = settings(database_url)
    try:
        whole = read_backup(folder)
        present = fingerprints(chosen)  # before anything is written: a broken key stops it
        done = _put_back(chosen, whole)
    except BadBackup as bad:
        if as_json:
            click.echo(json.dumps({"folder": str(folder), "problems": bad.problems}))
        raise click.ClickException(str(bad)) from None
    except NotPossible as held:
        raise click.UsageError(str(held)) from None
    except (OSError, OtherTables, DatabaseUnavailable) as error:
        raise click.ClickException(f"{folder} was not put back: {error}") from None
    others = [name for name, named in whole.manifest.keys.items() if present.get(name) != named]
    said = {
        "folder": str(folder),
        "checkpoint": done.checkpoint,
        "newest_in_backup": done.since,
        "newest_outside": done.outside,
        "letters": done.letters,
        "again": done.again,
        "other_keys": others,
    }
    click.echo(json.dumps(said) if as_json else _restored(whole, done, others))


def _put_back(chosen: Settings, whole: Backup) -> Restored:
    database = upgraded(chosen)
    try:
        key = SigningKey(chosen.checkpoint_key)
        done = restore(database, SYSTEM, now(), whole, key, chosen.checkpoints)
        try:
            with database.snapshot() as connection:
                lay_out(connection, chosen.checkpoints, key)
        except OSError as error:
            warn(f"Checkpoint {done.checkpoint} cannot be kept outside: {error}. The clock tries again every minute.")
    finally:
        database.dispose()
    return done


def _restored(whole: Backup, done: Restored, others: list[str]) -> str:
    lost = done.checkpoint - done.since - 1
    said = [
        f"{whole.folder} is put back as of {whole.manifest.made_at}.",
        f"What was written after it is gone. Checkpoints that tell of it: {lost}.",
        f"Checkpoint {done.checkpoint} declares it; throughline verify names it, and finds no fault in it.",
        f"Letters that had not left: {done.letters}. The page of each case asks whether they have since.",
        "Everybody signs in again.",
        *(f"{WORDS[kind]}: {count}." for kind, count in done.again.items()),
    ]
    said += [f"The key “{name}” is another one than when the backup was made." for name in others]
    return "\n".join(said)
