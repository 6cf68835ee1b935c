"""Putting a backup back into an empty database: the record says so, and goes on from there.

What was written after the backup is gone, and heads of it were signed and laid outside. A checkpoint that is made with
the restoration says how far the backup went and how much lay outside by then, so that the gap is declared once and is
no fault; its number follows on the highest outside (docs/record.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select

from engine.backup.backup_folder import Backup, same_form
from engine.backup.copying import copy_rows, held, reading
from engine.base.database import one_at_a_time
from engine.base.errors import NotPossible, RefusalCode
from engine.casework.letter_steps import locked_letter, take_step
from engine.casework.locking import lock_as_it_stands
from engine.commands.checkpointing import keep_checkpoint, newest_checkpoint
from engine.commands.deciding_again import decide_again
from engine.people.command import CommandRight, Work, command
from engine.record import checkpoints
from engine.record.chain import INSTALLATION, NewEntry, append
from engine.record.checkpoints import SigningKey
from engine.tables import KeptSearch, OneTimeWord, Outbox, Session

DOUBTFUL = ("waiting", "handing_over")
RESTORED = "A backup was put back, in which this letter had not left yet. It may have left since."


@dataclass(frozen=True, slots=True)
class Restored:
    """`checkpoint` was made with it, `since` is the newest in the backup, `outside` the highest that lay in the folder.

    `letters`: of how many nobody knows now whether they have left. `again`: how many of each kind of decision that came
    after the backup hold again (engine/commands/deciding_again.py).
    """

    checkpoint: int
    since: int
    outside: int
    letters: int
    again: Mapping[str, int]


@command(may=CommandRight.SYSTEM)
def restore(work: Work, backup: Backup, key: SigningKey, place: Path) -> Restored:
    """`place` is the folder of checkpoints; `lay_out` writes the new one there afterwards. All in one transaction: a
    restoration that is cut short leaves the database empty.

    Raises NotPossible where the database holds anything, OtherTables where the backup is of another version.
    """
    connection = work.connection
    one_at_a_time(connection, "restore")
    if full := held(connection):
        raise NotPossible(
            f"This database is not empty: {len(full)} of its tables have rows. A backup is put back into a new one.",
            code=RefusalCode.DATABASE_HELD,
        )
    with reading(backup.rows) as source:
        same_form(source, connection)
        copy_rows(source, connection)
    content, number, since, outside = _checkpoint(work, key, place)
    letters = _doubt_letters(work)
    again = decide_again(work, key, place)
    # Whoever had signed out since would be signed in again.
    connection.execute(delete(Session))
    connection.execute(delete(KeptSearch))
    # A link or a code that was used since would open once more.
    connection.execute(delete(OneTimeWord))
    said: Mapping[str, object] = {
        "checkpoint": number,
        "since": since,
        "outside": outside,
        "manifest": backup.digest,
        "made_at": backup.manifest.made_at,
        "letters": letters,
        **({"again": again} if again else {}),
    }
    append(connection, INSTALLATION, work.actor.signature, work.now, [NewEntry("restored", payload=said)])
    keep_checkpoint(work, number, content)
    return Restored(number, since, outside, letters, again)


def _checkpoint(work: Work, key: SigningKey, place: Path) -> tuple[bytes, int, int, int]:
    """Of the chains as the backup has them; its number, the newest in the backup, and the highest outside."""
    newest, outside = newest_checkpoint(work.connection), checkpoints.newest_outside(place)
    since = newest.number if newest else 0
    previous = newest.content if newest else None
    if outside > since:
        previous = (place / checkpoints.file_name(outside)).read_bytes()
    number = max(since, outside) + 1
    heads = checkpoints.heads(work.connection)
    restored = {"since": since, "log": checkpoints.log_sizes(place)}
    return checkpoints.checkpoint(number, work.now, previous, heads, {}, key, restored), number, since, outside


def _doubt_letters(work: Work) -> int:
    """Letters that had not left: whether they have since, nobody knows. None goes twice; each team is asked.

    Gives how many. That a case does not fit together is no reason not to: nothing moves in it.
    """
    unsettled = (Outbox.settled_at.is_(None), Outbox.state.in_(DOUBTFUL))
    letters = work.connection.execute(select(Outbox.id, Outbox.case_id).where(*unsettled).order_by(Outbox.number)).all()
    for row in letters:
        casework = lock_as_it_stands(work, row.case_id)
        if letter := locked_letter(work.connection, row.id):
            take_step(casework, letter, "unknown", RESTORED)
    return len(letters)
