"""The audit pack of a case (docs/export.md): read in one transaction, told in full or redacted, put down, answered."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from engine.access import Actor, must_oversee
from engine.commands.exports import check_reason, put_down_export
from engine.database import Database
from engine.export.pack import Pack, pack_of
from engine.export.stored import read_case

NO_CHECKPOINTS: Mapping[str, bytes] = MappingProxyType({})


def export_case(
    database: Database,
    actor: Actor,
    now: datetime,
    case: str,
    reason: str,
    *,
    redacted: bool,
    checkpoints: Mapping[str, bytes] = NO_CHECKPOINTS,
) -> Pack:
    """The pack, once its making is in the record of whoever made it, with the reason and the file's SHA-256.

    `checkpoints` are files by name, read before this is called: one that is newer than the pack would name entries that
    it does not hold.

    Raises NotFound and NotAllowed (`access.must_oversee`), and BadAnswers for a reason that will not do.
    """
    check_reason(reason)
    with database.read() as connection:
        must_oversee(connection, actor, case)
    with database.read() as connection:
        stored = read_case(connection, case)
    made = pack_of(stored, now, checkpoints, redacted=redacted)
    form = "redacted" if redacted else "full"
    put_down_export(database, actor, now, case, form, reason, made.name, made.sha256)
    return made
