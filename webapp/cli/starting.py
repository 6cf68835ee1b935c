"""What is looked at before the site or the clock starts: keys, what the database keeps, and who owns what."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from engine.base.clock import now
from engine.base.database import Database
from engine.base.durability import doubts
from engine.base.record_guards import what_is_unguarded
from engine.base.settings import Settings, is_loopback
from engine.commands.first_administrator import is_administered
from engine.commands.keys_noted import note_keys
from engine.facts.which_authority import authorities
from engine.people.identity import SYSTEM
from engine.record.checkpoints import SigningKey
from engine.record.kept_looks import LookFile
from webapp import keys
from webapp.counts import begin_anew

CHECKPOINTS = "checkpoints"


def fingerprints(chosen: Settings) -> Mapping[str, str]:
    """Of the keys that are there, by name; none is made. Raises BadSetting for what is no key."""
    found: dict[str, str] = {}
    if chosen.checkpoint_key.exists():
        found[CHECKPOINTS] = SigningKey(chosen.checkpoint_key).name
    for name in (keys.FORMS, keys.LOOKS, keys.SECOND_FACTORS):
        if (chosen.keys / name).exists():
            found[name] = keys.fingerprint(keys.key(chosen.keys, name))
    return found


def look_first(database: Database, chosen: Settings, *, site: bool = True, demo: bool = False) -> None:
    """Makes the keys that are not there, and says what an operator should know. Raises BadSetting for a broken key.

    A key that is another one than the record knows is told here and stands in the record. `site`: pages are served, so
    that forms are signed as well.
    """
    SigningKey(chosen.checkpoint_key)
    if site:
        keys.key(chosen.keys, keys.FORMS)
        keys.key(chosen.keys, keys.SECOND_FACTORS)
        begin_anew(chosen.counts)
        _prepare_looks(chosen)
    for name in note_keys(database, SYSTEM, now(), fingerprints(chosen)):
        warn(f"The key “{name}” is another one than before. If nobody changed it, it was lost: {LOST[name]}")
    for doubt in (*doubts(database), *_in_front(chosen), *_on_the_line(database), *_no_guard(database)):
        warn(doubt)
    if not demo:
        for doubt in (*_owned_alike(database, chosen), *_unadministered(database)):
            warn(doubt)


NO_AUTHORITY = (
    "there is no authority yet, so nobody can sign in or refer a child. throughline authority add ID NAME adds one, "
    "and prints a code for its first administrator."
)
NO_PROXY = (
    "THROUGHLINE_HTTPS is yes, and THROUGHLINE_PROXIES names no proxy: whoever comes through one counts as it, and all "
    "share its limits."
)
IN_CLEAR = (
    "PostgreSQL is on another machine ({host}), and DATABASE_URL does not say sslmode=verify-full: whoever listens or "
    "answers in its place on the way reads all that is known of every child."
)
NO_GUARD = (
    "the database no longer refuses changes of the record as it should: {what}. Somebody changed that: keep a copy as "
    "it is, run throughline verify and throughline rerun --all, and tell the auditors."
)
LOST = {
    CHECKPOINTS: "what is signed from now on bears another name. Tell the auditors; docs/record.md says how.",
    keys.FORMS: "forms that are open are shown again when they are sent, and no browser is known any more.",
    keys.SECOND_FACTORS: "no code of an app is right any more: take each second factor away, to be set up anew.",
    keys.LOOKS: "looks that are kept in a file and are not in the record yet will be called changed.",
}


def warn(what: str) -> None:
    click.echo(f"Warning: {what}", err=True)


def _in_front(chosen: Settings) -> Iterator[str]:
    if chosen.https and not chosen.proxies:
        yield NO_PROXY


def _on_the_line(database: Database) -> Iterator[str]:
    """A socket of this machine has a path for a host, or none is named."""
    url = database.url
    host = url.host or str(url.query.get("host", ""))
    is_here = not host or host.startswith("/") or is_loopback(host)
    if url.get_backend_name() == "postgresql" and not is_here and url.query.get("sslmode") != "verify-full":
        yield IN_CLEAR.format(host=host)


def _no_guard(database: Database) -> Iterator[str]:
    if what := what_is_unguarded(database):
        yield NO_GUARD.format(what=what)


def _prepare_looks(chosen: Settings) -> None:
    """What is needed when the disk is full has its room before."""
    try:
        LookFile(chosen.looks, keys.key(chosen.keys, keys.LOOKS)).prepare()
    except OSError as error:
        warn(f"no look can be kept in {chosen.looks} ({error.strerror}): on a full disk nobody could read a case.")


def _unadministered(database: Database) -> Iterator[str]:
    """Nobody can make accounts there."""
    with database.read() as connection:
        there = authorities(connection)
        if not there:
            yield NO_AUTHORITY
        for authority, name in there.items():
            if not is_administered(connection, authority, now()):
                command = f"throughline authority first-administrator {authority}"
                yield f"{name} has no administrator: {command} prints a code by which one is made."


def _owned_alike(database: Database, chosen: Settings) -> Iterator[str]:
    """Whoever owns the record, the key and what was signed can write all three anew."""
    places = [chosen.checkpoint_key, chosen.checkpoints]
    if database.url.get_backend_name() == "sqlite":
        places.append(Path(database.url.database or ""))
    elif database.owns_tables():
        yield (
            "this role of PostgreSQL owns the tables, so it can change the record. Let the site and the clock work "
            "under one that cannot: throughline db role, docs/running.md."
        )
    if len({path.stat().st_uid for path in places if path.exists()}) == 1:
        what = "the record, its key and its checkpoints" if len(places) > 2 else "the key and the checkpoints"
        yield (
            f"{what} belong to one account on this machine, so whoever has it can write them anew. Have the folder of "
            "checkpoints collected by another machine, or name one there by THROUGHLINE_CHECKPOINTS: docs/record.md."
        )
