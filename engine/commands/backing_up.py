"""Making a backup, and noting in the record that one was made: all that is known of anybody left the system."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from engine.backup.backup_folder import Backup, make_backup, take_away
from engine.base.database import Database
from engine.people.command import CommandRight, Work, command
from engine.people.identity import Actor
from engine.record.chain import INSTALLATION, NewEntry, append


def back_up(
    database: Database, actor: Actor, now: datetime, folder: Path, checkpoints: Path, keys: Mapping[str, str]
) -> Backup:
    """Into a folder that is new or empty. `keys` are fingerprints by name. Raises as `make_backup`.

    One of which the record cannot say that it was made is taken away again.
    """
    made = make_backup(database, folder, now, checkpoints, keys)
    try:
        note_backup(database, actor, now, made)
    except BaseException:
        take_away(folder)
        raise
    return made


@command(may=CommandRight.SYSTEM)
def note_backup(work: Work, backup: Backup) -> None:
    """Its manifest has the hashes of everything in it, so that whoever has the record can tell it from another."""
    said = {"manifest": backup.digest, "version": backup.manifest.version}
    append(work.connection, INSTALLATION, work.actor.signature, work.now, [NewEntry("backed_up", payload=said)])
