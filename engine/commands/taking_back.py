"""`take_back_save`: what was saved in a draft is put back, whoever saved it and however long ago."""

import zlib
from collections.abc import Mapping

from sqlalchemy import func, select

from engine.base.errors import NotFound, NotPossible, RefusalCode
from engine.commands.saving_changes import SavedMeanwhile, open_change, save_together, standing_file
from engine.facts.change_files import ChangeRow, files_of_change
from engine.people.command import CommandRight, Work, command
from engine.tables import ChangeSave


@command(may=CommandRight.CHANGES_PATHWAY)
def take_back_save(work: Work, change: str, number: int, saves: int) -> None:
    """Puts the file of a save back to what it was before it, as a save of its own. Files that were saved in one act are
    taken back together. `saves` counts those of the draft when it was asked for.

    Raises NotFound where there was no such save, SavedMeanwhile where a file has been saved since, and NotPossible
    where the draft is not open, where one of several files is by now otherwise than that act left it, or where more
    than words would be changed by somebody who changes words alone.
    """
    row = open_change(work, change)
    if not 0 < number <= row.version:
        raise NotFound
    saved = _saved_together(work, row, number)
    last = select(func.max(ChangeSave.number)).where(ChangeSave.change_id == change)
    for path in saved:
        if work.connection.execute(last.where(ChangeSave.path == path)).scalar_one() > saves:
            raise SavedMeanwhile(standing_file(work, row, path))
    if len(saved) > 1:
        _must_stand(work, row, saved)
    save_together(work, row, _before(work, row, saved))


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


def _before(work: Work, row: ChangeRow, saved: Mapping[str, tuple[int, bytes | None]]) -> Mapping[str, bytes | None]:
    """What these files were before they were saved so."""
    found: dict[str, bytes | None] = dict(files_of_change(work.connection, work.authority, row).base)
    newest = select(ChangeSave.packed).where(ChangeSave.change_id == row.id).order_by(ChangeSave.number.desc()).limit(1)
    for path, (number, _) in saved.items():
        earlier = newest.where(ChangeSave.path == path, ChangeSave.number < number)
        if before := work.connection.execute(earlier).one_or_none():
            found[path] = _unpacked(before.packed)
    return {path: found.get(path) for path in saved}


def _unpacked(packed: bytes | None) -> bytes | None:
    return None if packed is None else zlib.decompress(packed)
