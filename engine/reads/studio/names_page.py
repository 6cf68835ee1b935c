"""The names of a process and of its tasks in a draft, to be put into other words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.facts.change_files import ChangeRow
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.drawing import Drawing
from engine.reads.studio.draft_rights import may_save_words
from engine.reads.studio.drawing_page import drawing_of_change


@dataclass(frozen=True, slots=True)
class NameShown:
    """Of a task, or of the process itself, by its id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class NamesPage:
    """`names` are that of the process, then those of its tasks in the order of the drawing; none where the file cannot
    be read as a drawing.
    """

    row: ChangeRow
    process: str
    title: str
    path: str
    content: bytes
    version: int
    names: Sequence[NameShown]
    may_save: bool
    cases_shown: tuple[str, ...] = ()


def names_page(connection: Connection, actor: Actor, _now: datetime, change: str, process: str) -> NamesPage:
    """Raises NotAllowed, and NotFound where there is no such draft, or no such drawing in it."""
    must_hold(actor, STUDIO)
    found = drawing_of_change(connection, actor, change, process)
    title, names = (found.drawing.name, _names(found.drawing)) if found.drawing else (process, ())
    may_save = bool(names) and may_save_words(actor, found.row)
    return NamesPage(found.row, process, title, found.path, found.content, found.version, names, may_save)


def _names(drawing: Drawing) -> tuple[NameShown, ...]:
    tasks = (NameShown(one.id, one.name) for one in drawing.elements.values() if one.kind == "userTask")
    return NameShown(drawing.process, drawing.name), *tasks
