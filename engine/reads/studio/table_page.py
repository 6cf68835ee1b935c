"""A decision table of a draft as a grid: its rows as they are written, what may stand in them, and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.base.errors import BadModel, NotFound, Problem
from engine.decision_tables.decision_table import TableInput
from engine.facts.change_files import ChangeRow, change_row, file_of_change, files_of_change
from engine.lint.condition_rules import CASE, START
from engine.lint.graph import graph_of
from engine.lint.offered import offered
from engine.people.identity import STUDIO, Actor
from engine.people.who_may import must_hold
from engine.process.condition_words import readable
from engine.process.dmn_cells import GridRow, rows_of
from engine.process.dmn_file import DmnFile, read_dmn
from engine.process.drawing import read_drawing
from engine.process.rule_tasks import named_tables
from engine.reads.authority.people import names_of_accounts
from engine.reads.studio.change_page import problems_of
from engine.reads.studio.draft_rights import may_save
from engine.reads.studio.drawing_page import path_of

TRUE = "This is so"


@dataclass(frozen=True, slots=True)
class GridColumn:
    """`label` is what the file calls it, `reads` is empty for the result. `values` are those that are known: as they
    stand in a cell, with titles.
    """

    title: str
    label: str
    reads: str
    values: Sequence[tuple[str, str]]

    @property
    def chosen(self) -> Mapping[str, str]:
        """What people may type for each of the values, in small letters -> how it stands in a cell."""
        known = {title.casefold(): text for text, title in self.values if title}
        return known | ({"yes": "true", "no": "false"} if ("true", TRUE) in self.values else {})


@dataclass(frozen=True, slots=True)
class GridPage:
    """`columns` and `rows` are empty where the file cannot be read as a table. `decides`: a step of the drawing decides
    by it. `result` is the name by which conditions
    read it, `answers` what a column may read, each with its title. `problems` are those of this file, each
    with the number of its row, or 0. `saved_by` is a name; empty where it is as it was published.
    """

    row: ChangeRow
    path: str
    name: str
    content: bytes
    version: int
    saved_by: str
    hit_policy: str
    result: str
    columns: Sequence[GridColumn]
    answers: Sequence[tuple[str, str]]
    rows: Sequence[GridRow]
    problems: Sequence[tuple[Problem, int]]
    may_save: bool
    decides: bool
    cases_shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewGridPage:
    """`name` is that of the process; `answers` are what a table of it may read, each with its title."""

    row: ChangeRow
    process: str
    name: str
    answers: Sequence[tuple[str, str]]
    taken: frozenset[str]
    cases_shown: tuple[str, ...] = ()


def new_table_in_change(connection: Connection, actor: Actor, _now: datetime, change: str, process: str) -> NewGridPage:
    """Raises NotAllowed, and NotFound where there is no such draft or the process has no drawing in it."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    files = files_of_change(connection, actor.within, row).models
    path = path_of(process)
    if path not in files:
        raise NotFound
    try:
        name = read_drawing(files[path], path).name or process
    except BadModel:
        name = process
    return NewGridPage(row, process, name, _readable(files, process), frozenset(files))


def table_in_change(connection: Connection, actor: Actor, _now: datetime, change: str, path: str) -> GridPage:
    """Raises NotAllowed, and NotFound where there is no such draft or no such table in it."""
    must_hold(actor, STUDIO)
    row = change_row(connection, actor.within, change)
    found = file_of_change(connection, actor.within, row, path)
    if found.content is None or not path.endswith(".dmn"):
        raise NotFound
    files = files_of_change(connection, actor.within, row)
    problems = [one for one in problems_of(connection, actor.within, files) if one.file == path]
    try:
        read = read_dmn(found.content, path)
        rows = rows_of(found.content, path)
    except BadModel:
        read, rows = None, ()
    numbers = _numbers(read) if read else {}
    return GridPage(
        row=row,
        path=path,
        name=read.name if read else path,
        content=found.content,
        version=found.version,
        saved_by=names_of_accounts(connection, [found.saved_by]).get(found.saved_by or "", ""),
        hit_policy=read.hit_policy if read else "",
        result=read.output if read else "",
        columns=_columns(read, rows, files.models, path) if read else (),
        answers=_answerable(files.models, path),
        rows=rows,
        problems=[(one, numbers.get(one.element, 0)) for one in problems],
        may_save=may_save(actor, row),
        decides=bool(_deciding(files.models, path)),
    )


def _readable(files: Mapping[str, bytes], process: str) -> list[tuple[str, str]]:
    """The answers of a process that are one value, with their titles."""
    said = offered(files, process)
    lists = {one["path"] for one in said["lists"]}
    return [(one["path"], one["title"]) for one in said["answers"] if one["path"] not in lists]


def _answerable(files: Mapping[str, bytes], path: str) -> list[tuple[str, str]]:
    """Those of them that are there, whichever way was taken, when a step decides by this table."""
    answers = _readable(files, path.split("/")[1])
    known = [before | {START, CASE} for before in _deciding(files, path)]
    return [(one, title) for one, title in answers if all(one.partition(".")[0] in each for each in known)]


def _deciding(files: Mapping[str, bytes], path: str) -> list[frozenset[str]]:
    """For each step that decides by this table: what was surely done before it. None where there is no drawing."""
    process = path.split("/")[1]
    try:
        drawing = read_drawing(files[path_of(process)], path_of(process))
    except (BadModel, KeyError):
        return []
    before = graph_of(drawing).done_before()
    return [frozenset(before[step]) for step, file in named_tables(drawing) if file == path]


def _numbers(read: DmnFile) -> dict[str, int]:
    """By the ids of rows and of their cells the number of the row."""
    return {
        node.get("id", ""): number
        for number, rule in enumerate(read.rules, 1)
        for node in (rule, *rule.iterchildren("{*}*"))
        if node.get("id")
    }


def _columns(read: DmnFile, rows: Sequence[GridRow], files: Mapping[str, bytes], path: str) -> tuple[GridColumn, ...]:
    """Of the result those values are known that rows decide already."""
    known: dict[str, Mapping[str, Any]] = {one["path"]: one for one in offered(files, path.split("/")[1])["answers"]}
    columns = [GridColumn(_title(one, known), one.label, one.path, _values(known.get(one.path))) for one in read.inputs]
    decided = tuple((text, "") for text in dict.fromkeys(row.cells[-1] for row in rows) if text)
    return (*columns, GridColumn(f"Decides: {readable(read.output)}", "", "", decided))


def _title(one: TableInput, known: Mapping[str, Mapping[str, Any]]) -> str:
    """As the file calls it, where it says more than what is read."""
    return one.label if one.label != one.path or one.path not in known else known[one.path]["title"]


def _values(answer: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    if answer is None:
        return ()
    if answer.get("fact"):
        return ("true", TRUE), ("false", "This is not so")
    return tuple((f'"{one["value"]}"', one["title"]) for one in answer["choices"])
