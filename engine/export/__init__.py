"""The audit pack of a case (docs/export.md): read in one transaction, told in full or redacted, written, answered."""

from datetime import datetime
from pathlib import Path

from engine.base.database import Database
from engine.commands.exports import check_reason, record_export
from engine.export.checkpoint_file import checkpoints_naming
from engine.export.pack import Pack, pack_of
from engine.export.stored import read_case
from engine.people.identity import Actor
from engine.people.who_knows import must_oversee
from engine.reads.case.whole_record import whole_record


def export_case(
    database: Database,
    actor: Actor,
    now: datetime,
    case: str,
    reason: str,
    *,
    redacted: bool,
    checkpoints: Path | None = None,
) -> Pack:
    """The pack, once its making is in the record of whoever made it, with the reason and the file's SHA-256.

    `checkpoints` is the folder where they lie outside the database.

    Raises NotFound and NotAllowed (`who_knows.must_oversee`), and BadAnswers for a reason that will not do.
    """
    check_reason(reason)
    with database.read() as connection:
        must_oversee(connection, actor, case)
        chains = [line.chain for line in whole_record(connection, case)] if checkpoints else []
    statements = checkpoints_naming(chains, checkpoints) if checkpoints else {}
    with database.read() as connection:
        stored = read_case(connection, case)
    made = pack_of(stored, now, statements, redacted=redacted)
    form = "redacted" if redacted else "full"
    joined = [one.id for one in stored.joined]
    record_export(database, actor, now, case, form, reason, made.name, made.sha256, joined)
    return made
