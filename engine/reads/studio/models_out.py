"""Models as another installation can bring them in: with the stories beside them and a note from where they are."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.base.clock import LONDON
from engine.base.errors import BadModel, NotFound, RefusalCode
from engine.base.program import program
from engine.facts.change_files import change_row, files_of_change, published_files
from engine.facts.models import in_force, is_story, model_of
from engine.facts.which_authority import authorities
from engine.importing.package import with_manifest
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import bundle_hash
from engine.reads.authority.administration import PublicationRow, publications

SHORTEST_HASH = 8
"""By how much of it models are found."""


@dataclass(frozen=True, slots=True)
class ModelsOut:
    """`files` are whole, with the stories and the manifest, which is `said`; `models` of them are the bundle's own."""

    files: Mapping[str, bytes]
    said: Mapping[str, str]
    models: int
    cases_shown: tuple[str, ...] = ()


def models_for_elsewhere(connection: Connection, actor: Actor, now: datetime, which: str) -> ModelsOut:
    """Raises NotAllowed for whoever neither changes the pathway nor approves that, and NotFound."""
    must_hold(actor, STUDIO)
    return models_out(connection, actor.within, now, which)


def models_out(connection: Connection, authority: str, now: datetime, which: str = "") -> ModelsOut:
    """Those that were published under a hash or its beginning, or a draft by its id; else those in force. Raises
    NotFound.
    """
    files, origin = _chosen(connection, authority, which)
    models = {name: content for name, content in files.items() if not is_story(name)}
    said = {"hash": bundle_hash(models), **origin}
    with suppress(BadModel):  # a draft may be such that nobody can read it as a whole
        said = {"edition": model_of(models).edition.name, **said}
    said |= {"exported_at": now.astimezone(LONDON).isoformat(timespec="seconds"), "program": program()}
    return ModelsOut(with_manifest(files, said), said, len(models))


def _chosen(connection: Connection, authority: str, which: str) -> tuple[Mapping[str, bytes], dict[str, str]]:
    """All files, stories among them, and what is known of how they came about."""
    origin = {"authority": authorities(connection)[authority]}
    named = which or in_force(connection, authority).hash
    found = _published(publications(connection, authority), named)
    if found is not None:
        by = "the program itself" if found.shipped else str(found.published_by)
        at = found.published_at.astimezone(LONDON).isoformat(timespec="seconds")
        return published_files(connection, authority, found.hash), {**origin, "published_at": at, "published_by": by}
    try:
        row = change_row(connection, authority, which)
    except NotFound:
        message = f"Neither published models nor a draft are called {which!r} here."
        raise NotFound(message, code=RefusalCode.UNKNOWN_NAME) from None
    return files_of_change(connection, authority, row).now, {**origin, "draft": row.title}


def _published(published: Sequence[PublicationRow], named: str) -> PublicationRow | None:
    return next((one for one in published if len(named) >= SHORTEST_HASH and one.hash.startswith(named)), None)
