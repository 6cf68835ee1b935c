"""Which keys this installation works with: the record knows them by their fingerprints, so that a loss is seen."""

from collections.abc import Mapping

from sqlalchemy import Connection

from engine.base.database import one_at_a_time
from engine.people.command import CommandRight, Work, command
from engine.record.chain import INSTALLATION, NewEntry, append, newest_acts


@command(may=CommandRight.SYSTEM)
def note_keys(work: Work, found: Mapping[str, str]) -> list[str]:
    """`found` are fingerprints by name, of the keys that this process works with: they need not be all. Gives the names
    of those that are others than the record knew.
    """
    one_at_a_time(work.connection, "keys")
    before = _known(work.connection)
    known = {**before, **found}
    if known == before:
        return []
    said = {"keys": known, "before": before}
    append(work.connection, INSTALLATION, work.actor.signature, work.now, [NewEntry("keys_noted", payload=said)])
    return sorted(name for name in before if before[name] != known[name])


def _known(connection: Connection) -> dict[str, str]:
    for newest in newest_acts(connection, INSTALLATION, "keys_noted", at_once=1):
        return dict((newest[0].payload or {}).get("keys", {}))
    return {}
