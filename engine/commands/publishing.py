"""Publishing a bundle: linted, stored for ever under its hash, and from then on what new instances start on."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadModel
from engine.facts.models import files_under
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.people.command import CommandRight, Work, command
from engine.process.bundle import bundle_hash, read_bundle
from engine.record.chain import NewEntry, append
from engine.tables import Bundle, BundleFile

# Two servers that start at the same moment both find that the shipped bundle is new.
PUBLISHING = "publish"


@command(may=CommandRight.PROCESS_OWNER)
def publish(work: Work, files: Mapping[str, bytes]) -> str:
    """Puts a bundle in force and gives its hash. The one already in force is not published again.

    Raises BadModel with every problem that the linter finds.
    """
    one_at_a_time(work.connection, PUBLISHING)
    return _publish(work, files, shipped=False)


@command(may=CommandRight.SYSTEM)
def publish_shipped(work: Work, folder: Path) -> str:
    """At start: puts the shipped files in force when they changed and a person has published nothing since.

    Gives the hash in force. After a publication by a person the shipped files are left for them to take over.
    """
    one_at_a_time(work.connection, PUBLISHING)
    newest = work.connection.execute(
        select(Bundle.hash, Bundle.shipped).order_by(Bundle.number.desc()).limit(1)
    ).one_or_none()
    if newest is not None and not newest.shipped:
        return newest.hash
    return _publish(work, files_under(folder), shipped=True)


def _publish(work: Work, files: Mapping[str, bytes], *, shipped: bool) -> str:
    connection, name = work.connection, bundle_hash(files)
    in_force = connection.execute(select(Bundle.hash).order_by(Bundle.number.desc()).limit(1)).scalar_one_or_none()
    if in_force == name:
        return name
    problems = lint(files, known_checks=KNOWN_CHECKS)
    if problems:
        raise BadModel(problems)
    read_bundle(files)
    number = (connection.execute(select(func.max(Bundle.number))).scalar_one_or_none() or 0) + 1
    known = connection.execute(select(Bundle.hash).where(Bundle.hash == name)).one_or_none()
    if known:
        _put_in_force_again(work, name, number, shipped)
    else:
        values = {"hash": name, "number": number, "published_at": work.now, "shipped": shipped}
        connection.execute(insert(Bundle).values(published_by=work.actor.signature, **values))
        rows = [{"bundle_hash": name, "path": path, "content": content} for path, content in sorted(files.items())]
        connection.execute(insert(BundleFile), rows)
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    payload = {"number": number, "shipped": shipped, "before": in_force, "files": digests}
    append(connection, "system", work.actor.signature, work.now, [NewEntry("published", bundle=name, payload=payload)])
    return name


def _put_in_force_again(work: Work, name: str, number: int, shipped: bool) -> None:
    """A bundle that was in force before: its files stand already, only its place in the order changes."""
    work.connection.execute(
        update(Bundle)
        .where(Bundle.hash == name)
        .values(number=number, published_at=work.now, published_by=work.actor.signature, shipped=shipped)
    )
