"""Process owners change the pathway in drafts, which nothing else reads until they are published.

Faults never block a save: what is wrong is said by the checks, beside what was saved. Nothing is overwritten that
somebody else saved meanwhile, and each save can be taken back.
"""

import re
import zlib
from collections.abc import Collection, Mapping, Sized
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, select, update

from engine.base.database import one_at_a_time
from engine.base.errors import BadAnswers, NotAllowed, NotFound, NotPossible, RefusalCode
from engine.base.identifiers import new_id
from engine.facts.change_files import (
    ChangeRow,
    SavedFile,
    change_row,
    file_of_change,
    files_of_change,
    published_files,
)
from engine.facts.models import in_force
from engine.people.command import CommandRight, Work, command
from engine.tables import Change, ChangeFile, ChangeSave, Editing, Publication, TryByHand

MOST_FILES, LARGEST_FILE, LONGEST_TITLE = 2_000, 2_000_000, 120
"""Of a draft; what is shipped has some 360 files."""

_PATH = re.compile(r"(?:processes|forms)(?:/[A-Za-z0-9][A-Za-z0-9_.-]{0,99}){1,3}")
_ENDINGS = (".bpmn", ".dmn", ".json", ".csv", ".toml")


class SavedMeanwhile(NotPossible):
    """Somebody else has saved the file since it was read: `theirs` is what stands now, and was not overwritten."""

    def __init__(self, theirs: SavedFile) -> None:
        words = "Somebody has saved this since you opened it, so yours was not saved. Nothing of theirs is lost."
        super().__init__(words, code=RefusalCode.SAVED_MEANWHILE)
        self.theirs = theirs


@command(may=CommandRight.PROCESS_OWNER)
def start_change(
    work: Work, title: str, why: str, files: Mapping[str, bytes] | None = None, from_bundle: str | None = None
) -> str:
    """A draft on top of what is in force; gives its id. `files`: the whole that it is to become, stories among them;
    `from_bundle`: it is to become what was published under this hash, so that going back is a change as any other.

    Raises BadAnswers for no title, NotFound for a bundle that was not published here, NotPossible for bad paths, and
    NotAllowed for the product itself.
    """
    must_be_person(work)
    if problems := problems_of_start(title, why):
        raise BadAnswers(problems)
    made = begin_change(work, title, why)
    if from_bundle is not None:
        files = _published(work, from_bundle)
    if files is not None:
        save_all(work, made, files)
    return made.id


@command(may=CommandRight.PROCESS_OWNER)
def save_file(work: Work, change: str, path: str, content: bytes | None, version: int) -> int:
    """Saves one file, or takes it out where `content` is None; gives its new version.

    Raises NotFound, SavedMeanwhile where `version` is not that which stands, and NotPossible where the draft is not
    open, or for a path that no file of a bundle has, or for what is too large.
    """
    row = open_change(work, change)
    must_be_path(path, content)
    standing = _standing(work, row, path)
    if standing.version != version:
        raise SavedMeanwhile(standing)
    if standing.content == content:
        return version
    if standing.version == 0 and content is not None:
        _must_have_room({*files_of_change(work.connection, work.authority, row).now, path})
    return _save(work, row, path, content, standing.version + 1)


@command(may=CommandRight.PROCESS_OWNER)
def take_back_save(work: Work, change: str, number: int, saves: int) -> int:
    """Puts the file of a save back to what it was before it, as a save of its own; gives the new version. Files that
    were saved in one act are taken back together. `saves` counts those of the draft when it was asked for.

    Raises NotFound where there was no such save, SavedMeanwhile where a file has been saved since, and NotPossible
    where the draft is not open, or where one of several files is by now otherwise than that act left it.
    """
    row = open_change(work, change)
    if not 0 < number <= row.version:
        raise NotFound
    saved = _saved_together(work, row, number)
    last = select(func.max(ChangeSave.number)).where(ChangeSave.change_id == change)
    for path in saved:
        if work.connection.execute(last.where(ChangeSave.path == path)).scalar_one() > saves:
            raise SavedMeanwhile(_standing(work, row, path))
    if len(saved) > 1:
        _must_stand(work, row, saved)
    base = files_of_change(work.connection, work.authority, row).base
    act, version = _act_of(row, saved), 0
    for path, (first, _) in saved.items():
        before = _before(work, row, path, first)
        content = _unpacked(before.packed) if before else base.get(path)
        version = _save(work, row, path, content, _standing(work, row, path).version + 1, act)
    return version


@command(may=CommandRight.PROCESS_OWNER)
def drop_change(work: Work, change: str, reason: str) -> None:
    """Raises NotFound, and NotPossible where it was published or dropped, or no reason is given."""
    row = _locked(work, change)
    if row.state in ("published", "dropped"):
        raise NotPossible("This draft is closed already.", code=RefusalCode.CHANGE_NOT_OPEN)
    if not reason.strip():
        raise NotPossible("Say why: the reason is kept in the record.", code=RefusalCode.REASON_NEEDED)
    set_state(work, row, "dropped")
    forget_saves(work, row)
    work.record_settled("change_dropped", {"change": change, "reason": reason.strip()})


@command(may=CommandRight.PROCESS_OWNER)
def note_editing(work: Work, change: str, path: str) -> None:
    """That somebody has this file of a draft open; said again while they have. Raises NotFound."""
    change_row(work.connection, work.authority, change)
    who = {"change_id": change, "account_id": work.actor.account}
    one_at_a_time(work.connection, f"change {change}")
    here = (Editing.change_id == change, Editing.account_id == work.actor.account)
    seen = {"path": path[:200], "seen_at": work.now}
    if not work.connection.execute(update(Editing).where(*here).values(**seen)).rowcount:
        work.connection.execute(insert(Editing).values(**who, **seen))


def begin_change(work: Work, title: str, why: str) -> ChangeRow:
    """An empty draft on top of what is in force, of the person at work."""
    base = in_force(work.connection, work.authority).hash
    change = new_id()
    said = {"title": " ".join(title.split()), "why": why.strip(), "base_hash": base}
    row = {"owner_id": work.actor.account, "state": "open", "created_at": work.now, "version": 0}
    work.connection.execute(insert(Change).values(id=change, authority_id=work.authority, **said, **row))
    work.record_settled("change_started", {"change": change, **said})
    return change_row(work.connection, work.authority, change)


def must_be_person(work: Work) -> None:
    """Raises NotAllowed for the product itself: who made a draft is to be known, as somebody else has to approve it."""
    if work.actor.account is None:
        raise NotAllowed("Only a person makes a draft.", code=RefusalCode.SIGN_IN_FIRST)


def problems_of_start(title: str, why: str) -> dict[str, str]:
    """What is wrong with the words that a draft begins with, by field."""
    problems = {"title": _title_problem(title), "why": "" if why.strip() else "Say why"}
    return {name: words for name, words in problems.items() if words}


def save_together(work: Work, row: ChangeRow, files: Mapping[str, bytes | None]) -> None:
    """These files of an open draft in one act, which is taken back as one; None takes one out. Raises NotPossible."""
    for path, content in files.items():
        must_be_path(path, content)
    act = _act_of(row, files)
    for path in sorted(files):
        _save(work, row, path, files[path], _standing(work, row, path).version + 1, act)


def save_all(work: Work, row: ChangeRow, files: Mapping[str, bytes]) -> None:
    """Makes an open draft become these files, whole. Raises NotPossible for a path or a size that cannot be."""
    _must_have_room(files)
    standing = files_of_change(work.connection, work.authority, row)
    for path in sorted(files.keys() | standing.now.keys()):
        if standing.now.get(path) != files.get(path):
            must_be_path(path, files.get(path))
            before = standing.saved.get(path)
            _save(work, row, path, files.get(path), before.version + 1 if before else 1)


def open_change(work: Work, change: str) -> ChangeRow:
    """Locked. Raises NotFound, and NotPossible where nothing may be saved in it any more, or not just now."""
    row = _locked(work, change)
    if row.state != "open":
        closed = {"in_review": "is being looked at by a second person", "approved": "was approved"}
        words = f"This draft {closed.get(row.state, 'is closed')}, so nothing can be changed in it."
        raise NotPossible(words, code=RefusalCode.CHANGE_NOT_OPEN)
    return row


def _locked(work: Work, change: str) -> ChangeRow:
    one_at_a_time(work.connection, f"change {change}")
    return change_row(work.connection, work.authority, change)


def set_state(work: Work, row: ChangeRow, state: str, **values: datetime | int | str | None) -> None:
    work.connection.execute(update(Change).where(Change.id == row.id).values(state=state, **values))


def forget_saves(work: Work, row: ChangeRow) -> None:
    """What a draft came to stands; its steps are needed no longer."""
    work.connection.execute(delete(ChangeSave).where(ChangeSave.change_id == row.id))
    work.connection.execute(delete(Editing).where(Editing.change_id == row.id))
    work.connection.execute(delete(TryByHand).where(TryByHand.change_id == row.id))


def must_be_path(path: str, content: bytes | None) -> None:
    """Raises NotPossible for what can be no file of a bundle, nor a story beside it."""
    if not _PATH.fullmatch(path) or not path.endswith(_ENDINGS):
        words = f"“{path[:100]}” cannot be the path of a drawing, a form, a table or a story."
        raise NotPossible(words, code=RefusalCode.BAD_FILE)
    if content is not None and len(content) > LARGEST_FILE:
        raise NotPossible("This file is larger than 2 MB.", code=RefusalCode.BAD_FILE)


def _must_have_room(paths: Collection[str]) -> None:
    if len(paths) > MOST_FILES:
        raise NotPossible(f"A draft has no more than {MOST_FILES} files.", code=RefusalCode.BAD_FILE)


def _title_problem(title: str) -> str:
    if not title.strip():
        return "Say in a few words what is to change"
    return f"Title must be {LONGEST_TITLE} characters or fewer" if len(title) > LONGEST_TITLE else ""


def _published(work: Work, bundle: str) -> Mapping[str, bytes]:
    ours = (Publication.authority_id == work.authority, Publication.bundle_hash == bundle)
    if work.connection.scalar(select(Publication.number).where(*ours).limit(1)) is None:
        raise NotFound("These models have not been published here.", code=RefusalCode.UNKNOWN_NAME)
    return published_files(work.connection, work.authority, bundle)


def _standing(work: Work, row: ChangeRow, path: str) -> SavedFile:
    try:
        return file_of_change(work.connection, work.authority, row, path)
    except NotFound:
        return SavedFile(None, 0)


def _saved_together(work: Work, row: ChangeRow, number: int) -> Mapping[str, tuple[int, bytes | None]]:
    """The saves of the act of which this one is: path -> number and what it became."""
    act = func.coalesce(ChangeSave.act, ChangeSave.number)
    ours = ChangeSave.change_id == row.id
    this = select(act).where(ours, ChangeSave.number == number).scalar_subquery()
    those = select(ChangeSave.path, ChangeSave.number, ChangeSave.packed).where(ours, act == this)
    return {one.path: (one.number, _unpacked(one.packed)) for one in work.connection.execute(those)}


def _must_stand(work: Work, row: ChangeRow, saved: Mapping[str, tuple[int, bytes | None]]) -> None:
    now = files_of_change(work.connection, work.authority, row).now
    if changed := [path for path, (_, content) in saved.items() if now.get(path) != content]:
        words = f"{', '.join(changed)}: this was changed since, and would be lost. Take that back first."
        raise NotPossible(words, code=RefusalCode.SAVED_MEANWHILE)


def _before(work: Work, row: ChangeRow, path: str, number: int) -> Row[bytes | None] | None:
    """The save of a file before this one: what it became."""
    earlier = (ChangeSave.change_id == row.id, ChangeSave.path == path, ChangeSave.number < number)
    newest = select(ChangeSave.packed).where(*earlier).order_by(ChangeSave.number.desc()).limit(1)
    return work.connection.execute(newest).one_or_none()


def _act_of(row: ChangeRow, saved: Sized) -> int | None:
    """What saves together are known by: the number that the first of them gets."""
    return row.version + 1 if len(saved) > 1 else None


def _unpacked(packed: bytes | None) -> bytes | None:
    return None if packed is None else zlib.decompress(packed)


def _save(work: Work, row: ChangeRow, path: str, content: bytes | None, version: int, act: int | None = None) -> int:
    who = {"saved_by": work.actor.account, "saved_at": work.now}
    this = (ChangeFile.change_id == row.id, ChangeFile.path == path)
    values = {"content": content, "version": version, **who}
    if not work.connection.execute(update(ChangeFile).where(*this).values(**values)).rowcount:
        work.connection.execute(insert(ChangeFile).values(change_id=row.id, path=path, **values))
    number = (
        work.connection.execute(
            update(Change).where(Change.id == row.id).values(version=Change.version + 1).returning(Change.version)
        )
    ).scalar_one()
    packed = None if content is None else zlib.compress(content)
    save = {
        "change_id": row.id,
        "number": number,
        "path": path,
        "version": version,
        "packed": packed,
        "act": act,
        **who,
    }
    work.connection.execute(insert(ChangeSave).values(**save))
    return version
