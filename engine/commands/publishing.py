"""Publishing a bundle: linted, stored for ever under its hash, and what new work of an authority starts on from then.

What is not shipped with the program comes from a draft that a second person approved (approving_changes.py).

The stories that lie beside it are played before (engine/scenario/playing.py): where one fails it is not put in force.

Authorities that publish the same files share them; each has its own order of publications, which is only added to.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, exists, insert, select

from engine.base.database import one_at_a_time
from engine.base.errors import BadModel, NotPossible, Problem, RefusalCode
from engine.base.program import program
from engine.difference.news_between import news_between
from engine.facts.change_files import packed
from engine.facts.models import files_under, model, model_of, stories_under
from engine.facts.stories_played import Played, key_of, played_before
from engine.forms.checks import KNOWN_CHECKS
from engine.lint.between_bundles import must_fit
from engine.lint.doubts_between import doubts_between
from engine.lint.linted import linted
from engine.people.command import CommandRight, Work, command
from engine.process.bundle import Model, bundle_hash
from engine.tables import (
    Bundle,
    BundleFile,
    Case,
    Deadline,
    Instance,
    Publication,
    Stories,
    StoriesPlayed,
    running_deadline,
)

# Two servers that start at the same moment both find that the shipped bundle is new.
PUBLISHING = "publish"


@dataclass(frozen=True, slots=True)
class FromChange:
    """The draft that a publication comes from, and the account of the second person who agreed to it."""

    change: str
    title: str
    approved_by: str


def put_in_force(
    work: Work,
    files: Mapping[str, bytes],
    stories: Mapping[str, bytes],
    reason: str,
    accept_doubts: str,
    origin: FromChange,
) -> int:
    """Puts what was approved in force and gives the number of the publication. For engine/commands/approving_changes.py
    alone, which has seen to the second person.

    `stories` are those that lie beside it, `accept_doubts` why it is put in force though there are doubts. Raises
    BadModel as must_be_sound, and NotPossible where the stories have not been played with it and this program, or one
    of them failed.
    """
    newest = _newest(work.connection, work.authority)
    doubts = must_be_sound(work.connection, work.authority, files, accept_doubts)
    played = must_be_played(work.connection, work.now, files, stories)
    accepted = {"why": accept_doubts, "accepted": [str(doubt) for doubt in doubts]} if doubts else None
    said = _Said(reason, stories, played, accepted, origin)
    return _put_in_force(work, files, newest, said)


def must_be_played(
    connection: Connection, now: datetime, files: Mapping[str, bytes], stories: Mapping[str, bytes]
) -> Played:
    """Raises NotPossible where they have not been played with these models and this program, or one of them failed."""
    played = played_before(connection, files, stories) if stories else Played(now, 0, {})
    if played is None:
        raise NotPossible("The stories of these models have not been played yet.", code=RefusalCode.STORIES_NOT_PLAYED)
    _must_all_pass(played)
    return played


@command(may=CommandRight.SYSTEM)
def publish_shipped(work: Work, folder: Path) -> str:
    """At start: puts the shipped files in force when they changed and a person has published nothing since.

    Gives the hash in force. After a publication by a person the shipped files are left for them to take over. Their
    stories are not asked for, nor why there are doubts: the program's own tests look for both. Raises BadModel.
    """
    one_at_a_time(work.connection, PUBLISHING)
    newest, files = _newest(work.connection, work.authority), files_under(folder)
    if newest and not _follows(newest, files):
        return newest.bundle_hash
    doubts_in(files)
    stories = stories_under(folder)
    played = played_before(work.connection, files, stories)
    if played:
        _must_all_pass(played)
    _put_in_force(work, files, newest, _Said("shipped with the product", stories, played))
    return bundle_hash(files)


@command(may=CommandRight.STUDIO)
def keep_played(work: Work, files: Mapping[str, bytes], stories: Mapping[str, bytes], played: Played) -> None:
    """Keeps how the stories of a bundle came out. Two who played the same at the same time found the same."""
    one_at_a_time(work.connection, PUBLISHING)
    if played_before(work.connection, files, stories) is None:
        found = {"played_at": played.at, "passed": played.passed, "failed": played.failed}
        work.connection.execute(insert(StoriesPlayed).values(**key_of(files, stories), **found))


def follows_shipped(connection: Connection, authority: str, files: Mapping[str, bytes]) -> bool:
    """Whether the start puts these shipped files in force."""
    newest = _newest(connection, authority)
    return newest is None or _follows(newest, files)


def must_be_sound(
    connection: Connection, authority: str, files: Mapping[str, bytes], accept_doubts: str = ""
) -> tuple[Problem, ...]:
    """The doubts that there are, of which `accept_doubts` says why they are accepted.

    Raises BadModel with every problem of the linter where one of them is a fault, where cases that run now throw, send
    or await what this bundle does not understand, and with the doubts where nobody says why they are accepted.
    """
    found, new = doubts_in(files), model_of(files)
    _must_fit_what_runs(connection, authority, new)
    newest = _newest(connection, authority)
    found += doubts_between(model(connection, newest.bundle_hash), new) if newest else ()
    if found and not accept_doubts.strip():
        raise BadModel(found)
    return found


def doubts_in(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Of the bundle by itself. Raises BadModel with every problem where one of them is a fault."""
    problems = linted(files, KNOWN_CHECKS)
    if any(problem.level == "fault" for problem in problems):
        raise BadModel(problems)
    return problems


class _Newest(NamedTuple):
    """The publication of the authority that is in force."""

    number: int
    bundle_hash: str
    shipped: bool


def _newest(connection: Connection, authority: str) -> _Newest | None:
    row = connection.execute(
        select(Publication.number, Publication.bundle_hash, Publication.shipped)
        .where(Publication.authority_id == authority)
        .order_by(Publication.number.desc())
        .limit(1)
    ).one_or_none()
    return _Newest(row.number, row.bundle_hash, row.shipped) if row else None


def _follows(newest: _Newest, files: Mapping[str, bytes]) -> bool:
    return newest.shipped and newest.bundle_hash != bundle_hash(files)


def _must_all_pass(played: Played) -> None:
    if played.failed:
        words = f"Not published, as stories fail: {', '.join(sorted(played.failed))}."
        raise NotPossible(words, code=RefusalCode.STORIES_FAIL)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the record keeps of a publication. `played` is None for stories that were not played here, `doubts` where
    there were none to be accepted, `origin` for what is shipped.
    """

    reason: str
    stories: Mapping[str, bytes]
    played: Played | None
    doubts: Mapping[str, object] | None = None
    origin: FromChange | None = None


def _put_in_force(work: Work, files: Mapping[str, bytes], before: _Newest | None, of: _Said) -> int:
    name = bundle_hash(files)
    _keep(work, name, files)
    stories = bundle_hash(of.stories)
    if of.stories and not work.connection.execute(select(exists().where(Stories.hash == stories))).scalar_one():
        work.connection.execute(insert(Stories).values(hash=stories, packed=packed(of.stories)))
    number = before.number + 1 if before else 1
    said = {"number": number, "reason": of.reason, "shipped": of.origin is None}
    news = _news(work.connection, before, files)
    moments = {"in_force_from": work.now, "published_at": work.now}
    row = {
        "authority_id": work.authority,
        "bundle_hash": name,
        "published_by": work.actor.signature,
        "stories_hash": stories if of.stories else None,
    }
    agreed = {"change_id": of.origin.change, "approved_by": of.origin.approved_by} if of.origin else {}
    work.connection.execute(insert(Publication).values(**row, **moments, **said, **agreed, words=news))
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    tried = {"program": program(), "stories": of.played and of.played.passed}
    accepted = {"doubts": of.doubts} if of.doubts else {}
    agreement = {**agreed, "title": of.origin.title} if of.origin else {}
    payload = {**said, **tried, **accepted, **agreement, "before": before and before.bundle_hash, "files": digests}
    work.record_settled("published", payload, bundle=name)
    return number


def _news(connection: Connection, before: _Newest | None, files: Mapping[str, bytes]) -> list[Mapping[str, Any]] | None:
    """What changes in words; None for the first publication, and over what this program cannot read any more."""
    if before is None:
        return None
    with suppress(BadModel):
        return [one.told() for one in news_between(model(connection, before.bundle_hash), model_of(files))]
    return None


def _must_fit_what_runs(connection: Connection, authority: str, new: Model) -> None:
    """What is shipped is not held to it: a start must not fail, and an instance that cannot go on is set aside."""
    running, clocks = defaultdict[str, set[str]](set), defaultdict[str, set[tuple[str, str]]](set)
    for bundle, process in connection.execute(
        select(Instance.bundle_hash, Instance.process)
        .join(Case, Case.id == Instance.case_id)
        .where(Case.authority_id == authority, Instance.status == "running")
        .distinct()
    ):
        running[bundle].add(process)
    for bundle, process, clock in connection.execute(
        select(Instance.bundle_hash, Instance.process, Deadline.clock)
        .join(Deadline, Deadline.instance_id == Instance.id)
        .join(Case, Case.id == Instance.case_id)
        .where(Case.authority_id == authority, running_deadline())
        .distinct()
    ):
        clocks[bundle].add((clock, process))
    for bundle in sorted(running.keys() | clocks.keys()):
        must_fit(model(connection, bundle), running[bundle], new, clocks[bundle])


def _keep(work: Work, name: str, files: Mapping[str, bytes]) -> None:
    """Once for all authorities: a bundle that stands already is not touched."""
    if work.connection.execute(select(exists().where(Bundle.hash == name))).scalar_one():
        return
    work.connection.execute(insert(Bundle).values(hash=name, added_at=work.now))
    rows = [{"bundle_hash": name, "path": path, "content": content} for path, content in sorted(files.items())]
    work.connection.execute(insert(BundleFile), rows)
