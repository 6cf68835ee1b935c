"""Publishing a bundle: linted, stored for ever under its hash, and what new work of an authority starts on from then.

Authorities that publish the same files share them; each has its own order of publications, which is only added to.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import exists, insert, select

from engine.base.database import one_at_a_time
from engine.base.errors import BadModel
from engine.facts.models import files_under, model
from engine.forms.checks import KNOWN_CHECKS
from engine.lint import lint
from engine.lint.between_bundles import must_fit
from engine.people.command import CommandRight, Work, command
from engine.process.bundle import Model, bundle_hash, read_bundle
from engine.tables import Bundle, BundleFile, Case, Instance, Publication

# Two servers that start at the same moment both find that the shipped bundle is new.
PUBLISHING = "publish"


@command(may=CommandRight.PROCESS_OWNER)
def publish(work: Work, files: Mapping[str, bytes], reason: str = "") -> str:
    """Puts a bundle in force and gives its hash. The one already in force is not published again.

    Raises BadModel with every problem that the linter finds, and where cases that run now throw or await what this
    bundle does not understand.
    """
    one_at_a_time(work.connection, PUBLISHING)
    return _publish(work, files, _newest(work), reason=reason, shipped=False)


@command(may=CommandRight.SYSTEM)
def publish_shipped(work: Work, folder: Path) -> str:
    """At start: puts the shipped files in force when they changed and a person has published nothing since.

    Gives the hash in force. After a publication by a person the shipped files are left for them to take over.
    """
    one_at_a_time(work.connection, PUBLISHING)
    newest = _newest(work)
    if newest is not None and not newest.shipped:
        return newest.bundle_hash
    return _publish(work, files_under(folder), newest, reason="shipped with the product", shipped=True)


class _Newest(NamedTuple):
    """The publication of the authority that is in force."""

    number: int
    bundle_hash: str
    shipped: bool


def _newest(work: Work) -> _Newest | None:
    row = work.connection.execute(
        select(Publication.number, Publication.bundle_hash, Publication.shipped)
        .where(Publication.authority_id == work.authority)
        .order_by(Publication.number.desc())
        .limit(1)
    ).one_or_none()
    return _Newest(row.number, row.bundle_hash, row.shipped) if row else None


def _publish(work: Work, files: Mapping[str, bytes], before: _Newest | None, *, reason: str, shipped: bool) -> str:
    name = bundle_hash(files)
    if before and before.bundle_hash == name:
        return name
    problems = lint(files, known_checks=KNOWN_CHECKS)
    if problems:
        raise BadModel(problems)
    new = read_bundle(files)
    if not shipped:
        _must_fit_what_runs(work, new)
    _keep(work, name, files)
    number = before.number + 1 if before else 1
    said = {"number": number, "reason": reason, "shipped": shipped}
    moments = {"in_force_from": work.now, "published_at": work.now}
    row = {"authority_id": work.authority, "bundle_hash": name, "published_by": work.actor.signature}
    work.connection.execute(insert(Publication).values(**row, **moments, **said))
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    payload = {**said, "before": before and before.bundle_hash, "files": digests}
    work.record_settled("published", payload, bundle=name)
    return name


def _must_fit_what_runs(work: Work, new: Model) -> None:
    """What is shipped is not held to it: a start must not fail, and an instance that cannot go on is set aside."""
    running: dict[str, set[str]] = {}
    for bundle, process in work.connection.execute(
        select(Instance.bundle_hash, Instance.process)
        .join(Case, Case.id == Instance.case_id)
        .where(Case.authority_id == work.authority, Instance.status == "running")
        .distinct()
    ):
        running.setdefault(bundle, set()).add(process)
    for bundle, processes in sorted(running.items()):
        must_fit(model(work.connection, bundle), processes, new)


def _keep(work: Work, name: str, files: Mapping[str, bytes]) -> None:
    """Once for all authorities: a bundle that stands already is not touched."""
    if work.connection.execute(select(exists().where(Bundle.hash == name))).scalar_one():
        return
    work.connection.execute(insert(Bundle).values(hash=name, added_at=work.now))
    rows = [{"bundle_hash": name, "path": path, "content": content} for path, content in sorted(files.items())]
    work.connection.execute(insert(BundleFile), rows)
