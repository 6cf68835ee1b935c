"""A file that somebody brought in: as it lies in the database, and what comes of it over what is there now."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.base.errors import BadModel, NotFound, NotPossible, Problem, RefusalCode
from engine.facts.change_files import change_row, files_of_change, published_files
from engine.facts.models import in_force, is_story
from engine.importing.drawing_import import NOTHING_CHOSEN
from engine.importing.import_report import Chosen, Imported
from engine.importing.package_import import models_imported
from engine.tables import BroughtIn

_COLUMNS = ("id", "change_id", "name", "title", "why", "packed", "report", "brought_by", "brought_at")


@dataclass(frozen=True, slots=True)
class BroughtInRow:
    """A row of the table, of the authority in which it was found. `packed` is None once a draft was made of it."""

    id: str
    change_id: str | None
    name: str
    title: str
    why: str
    packed: bytes | None
    report: Mapping[str, Any] | None
    brought_by: str
    brought_at: datetime


@dataclass(frozen=True, slots=True)
class WhatComes:
    """`base` is what the file is laid over, stories among it. `standing` is known by no more than this: another means
    that the base has changed since.
    """

    base: Mapping[str, bytes]
    standing: str
    imported: Imported

    @property
    def models_before(self) -> dict[str, bytes]:
        return {path: content for path, content in self.base.items() if not is_story(path)}


def brought_in_row(connection: Connection, authority: str, brought: str) -> BroughtInRow:
    """Raises NotFound."""
    columns = [getattr(BroughtIn, name) for name in _COLUMNS]
    ours = (BroughtIn.id == brought, BroughtIn.authority_id == authority)
    row = connection.execute(select(*columns).where(*ours)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return BroughtInRow(**row)


def what_comes_of(
    connection: Connection, authority: str, row: BroughtInRow, chosen: Chosen = NOTHING_CHOSEN
) -> WhatComes:
    """Over the draft into which it is to be put, or else over what is in force. Raises BadModel where the file can be
    read no more over what is there, and NotPossible where a draft was made of it.
    """
    if row.packed is None:
        raise NotPossible("A draft was made of this file already.", code=RefusalCode.BAD_FILE)
    return what_comes(connection, authority, row.change_id, zlib.decompress(row.packed), row.name, chosen)


def what_comes(
    connection: Connection,
    authority: str,
    change: str | None,
    content: bytes,
    name: str,
    chosen: Chosen = NOTHING_CHOSEN,
) -> WhatComes:
    """As `what_comes_of`, of a file that is not kept yet. Raises BadModel, and NotFound for no such draft."""
    if change is None:
        standing = in_force(connection, authority).hash
        base: Mapping[str, bytes] = published_files(connection, authority, standing)
    else:
        into = change_row(connection, authority, change)
        standing = f"{into.base_hash} {into.version}"
        base = files_of_change(connection, authority, into).now
    if not content:
        raise BadModel([Problem(name, "", 0, "The file is empty.")])
    stories = {path: text for path, text in base.items() if is_story(path)}
    models = {path: text for path, text in base.items() if path not in stories}
    return WhatComes(base, standing, models_imported(content, name, models, stories, chosen))
