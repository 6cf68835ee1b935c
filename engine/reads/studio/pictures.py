"""The two drawings of a process, as it was and as a draft has it, with what differs to be painted on both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.base.errors import BadModel, NotFound, NotPossible, RefusalCode
from engine.difference.between_models import differences_between
from engine.difference.model_difference import ModelDifference
from engine.facts.change_files import ChangedFiles, change_row, files_of_change
from engine.facts.models import files, model, model_of
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.bundle import Model
from engine.process.drawing import with_names_of_lanes

BEFORE, NOW = "before", "now"
SIDES = (BEFORE, NOW)
PAINTED: Mapping[tuple[str, str], str] = {(BEFORE, "removed"): "removed", (NOW, "added"): "added"}
"""By side and kind how a difference is painted; whatever is not named here as changed: the way in the place of which
another was added was there before.
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """`marks`: by how it is painted (`added`, `removed`, `changed`) the ids of shapes and flows. `is_there`: whether
    the process is drawn on this side at all.
    """

    side: str
    is_there: bool
    marks: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Pictures:
    change: str
    title: str
    process: str
    name: str
    words: Sequence[str]
    pictures: Sequence[Picture]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureFile:
    content: bytes
    cases_shown: tuple[str, ...] = ()


def pictures(connection: Connection, actor: Actor, _now: datetime, change: str, process: str) -> Pictures:
    """Raises NotAllowed, NotFound; NotPossible where the draft cannot be read as a whole."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    both = model(connection, row.base_hash), _draft(files_of_change(connection, actor.within, row))
    drawn = [one.drawings.get(process) for one in both]
    known = drawn[1] or drawn[0]
    if known is None:
        raise NotFound
    found = [one for one in differences_between(*both) if one.process == process]
    sides = [
        Picture(side, drawing is not None, _marks(found, side)) for side, drawing in zip(SIDES, drawn, strict=True)
    ]
    return Pictures(row.id, row.title, process, known.name, [one.words for one in found], sides)


def picture_file(
    connection: Connection, actor: Actor, _now: datetime, change: str, process: str, side: str
) -> PictureFile:
    """The drawing of one side, its lanes named as people read them. Raises as `pictures`."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    if side == BEFORE:
        of_side, stored = model(connection, row.base_hash), files(connection, row.base_hash)
    elif side == NOW:
        changed = files_of_change(connection, actor.within, row)
        of_side, stored = _draft(changed), changed.now
    else:
        raise NotFound
    drawing = of_side.drawings.get(process)
    if drawing is None:
        raise NotFound
    return PictureFile(with_names_of_lanes(stored[drawing.file], drawing))


def _draft(changed: ChangedFiles) -> Model:
    try:
        return model_of(changed.models)
    except BadModel:
        words = "This draft cannot be read as a whole, so no drawing is shown. Its checks say why."
        raise NotPossible(words, code=RefusalCode.BAD_FILE) from None


def _marks(found: Sequence[ModelDifference], side: str) -> dict[str, list[str]]:
    marks: dict[str, list[str]] = {}
    for one in found:
        for mark in one.marks:
            if mark.on == side:
                marks.setdefault(PAINTED.get((side, one.kind), "changed"), []).append(mark.element)
    return marks
