"""A drawing of a draft as somebody changes it: its steps in words, and what it may name."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.base.errors import BadModel, NotFound
from engine.facts.change_files import ChangeRow, change_row, file_of_change, files_of_change
from engine.facts.models import model
from engine.lint.offered import offered
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.drawing import Drawing, read_drawing
from engine.reads.studio.draft_rights import may_save
from engine.reads.studio.library import StepShown, steps_of


@dataclass(frozen=True, slots=True)
class DrawingPage:
    """`steps` is None where the file cannot be read as a drawing; `name` is then its process."""

    row: ChangeRow
    process: str
    name: str
    path: str
    version: int
    steps: Sequence[StepShown] | None
    may_save: bool
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """`words` as JSON has them (engine/lint/offered.py)."""

    words: Mapping[str, Any]
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawingOfChange:
    """`drawing` is None where the file cannot be read as one."""

    row: ChangeRow
    path: str
    content: bytes
    version: int
    drawing: Drawing | None


def drawing_of_change(connection: Connection, actor: Actor, change: str, process: str) -> DrawingOfChange:
    """Raises NotFound where there is no such draft or the process has no drawing in it."""
    row, path = change_row(connection, actor.within, change), path_of(process)
    found = file_of_change(connection, actor.within, row, path)
    if found.content is None:
        raise NotFound
    drawing = None
    with suppress(BadModel):
        drawing = read_drawing(found.content, path)
    return DrawingOfChange(row, path, found.content, found.version, drawing)


def drawing_in_change(connection: Connection, actor: Actor, _now: datetime, change: str, process: str) -> DrawingPage:
    """Raises NotAllowed, and NotFound where there is no such draft or the process has no drawing in it."""
    must_hold(actor, STUDIO)
    found = drawing_of_change(connection, actor, change, process)
    name, steps = process, None
    if found.drawing:
        name = found.drawing.name or process
        steps = steps_of(model(connection, found.row.base_hash), found.drawing)
    return DrawingPage(found.row, process, name, found.path, found.version, steps, may_save(actor, found.row))


def offered_in_change(connection: Connection, actor: Actor, _now: datetime, change: str, process: str) -> Offered:
    """What the drawing of this process may name, by the draft as it stands. Raises NotAllowed, NotFound."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    files = files_of_change(connection, actor.within, row).models
    if path_of(process) not in files:
        raise NotFound
    return Offered(offered(files, process))


def path_of(process: str) -> str:
    return f"processes/{process}/{process}.bpmn"
